/** Telephone audio for the lab's programs and its tests: WAV files, tones, who spoke when, which words were said. */
export * from "./sound";
export * from "./ulaw";
export * from "./wav";
export * from "./spectrum";
export * from "./periods";
export * from "./utterance";
export * from "./wording";
