import { join } from "node:path";
import fc from "fast-check";
import {
  amplify,
  concat,
  dominantFrequency,
  durationMs,
  encodeUlaw,
  findUtterance,
  firstSoundMs,
  likeliest,
  mix,
  periods,
  readMonoWav,
  readWav,
  readWavFile,
  resample,
  SAME_WORDS,
  shareOf,
  silence,
  slice,
  throughUlaw,
  tone,
  toneTimes,
  ULAW_SILENCE,
  wasSaid,
  wordingDistance,
  writeWav,
  type Sound,
} from ".";

/** Rendered by espeak-ng 1.51, voice en-us: "Hello <name>, how are you?". */
async function spoken(name: "maria" | "marie" | "noah"): Promise<Sound> {
  const [sound] = await readWavFile(join(__dirname, "fixtures", `hello-${name}.wav`));
  return sound!;
}

const noisy = ({ rate, samples }: Sound, seed: number): Sound => {
  let state = seed;
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31 - 0.5;
  return { rate, samples: samples.map((sample) => sample + Math.round(30 * next())) };
};

const anySamples = fc.int16Array({ maxLength: 500 });
const anyTone = fc.record({ hz: fc.integer({ min: 300, max: 3000 }), ms: fc.integer({ min: 200, max: 1200 }) });

describe("WAV files", () => {
  test("what is written is read, channel by channel, the shorter one followed by silence", () => {
    fc.assert(
      fc.property(fc.array(anySamples, { minLength: 1, maxLength: 3 }), (channels) => {
        const sounds = channels.map((samples) => ({ rate: 8000, samples }));
        const read = readWav(writeWav(sounds[0]!, ...sounds.slice(1)));
        const length = Math.max(...channels.map((samples) => samples.length));
        const padded = (samples: Int16Array) => [...samples, ...Array<number>(length - samples.length).fill(0)];
        expect(read.map(({ samples }) => [...samples])).toEqual(channels.map(padded));
      }),
    );
  });

  test("a recording that is still being written has no length yet, or a wrong one", () => {
    const file = writeWav(tone(500, 100));
    for (const length of [0, 999_999]) {
      file.writeUInt32LE(length, 40);
      expect(readMonoWav(file).samples).toHaveLength(800);
    }
  });

  test("chunks before the samples are passed over", () => {
    const file = writeWav(tone(500, 100));
    const note = Buffer.from("LIST\x03\0\0\0abc\0", "latin1");
    const sound = readMonoWav(Buffer.concat([file.subarray(0, 36), note, file.subarray(36)]));
    expect(sound.samples).toHaveLength(800);
  });

  test("what is no 16-bit PCM is named", () => {
    const file = writeWav(tone(500, 100));
    file.writeUInt16LE(7, 20);
    expect(() => readWav(file)).toThrow("coding 7");
    expect(() => readWav(Buffer.from("OggS"))).toThrow("not a WAV file");
    expect(() => readWav(writeWav(silence(1)).subarray(0, 36))).toThrow("without samples");
    expect(() => readMonoWav(writeWav(silence(1), silence(1)))).toThrow("2 channels");
  });
});

describe("sounds", () => {
  test("a tone has its frequency and its loudness, also through µ-law and from another rate", () => {
    fc.assert(
      fc.property(anyTone, fc.integer({ min: -40, max: -3 }), ({ hz, ms }, level) => {
        const heard = throughUlaw(resample(tone(hz, ms, level, 22_050)));
        expect(Math.abs(durationMs(heard) - ms)).toBeLessThan(1);
        const { hz: found, share } = dominantFrequency(heard)!;
        expect(Math.abs(found - hz)).toBeLessThanOrEqual(2);
        expect(share).toBeGreaterThan(0.9);
        const peak = Math.max(...slice(heard, 50, ms - 50).samples);
        expect(Math.abs(20 * Math.log10(peak / 32_767) - level)).toBeLessThan(1);
      }),
      { numRuns: 15 },
    );
  });

  test("resampling removes what the lower rate cannot carry", () => {
    const heard = slice(resample(tone(6000, 200, -6, 22_050)), 20, 180);
    expect(Math.max(...heard.samples)).toBeLessThan(100);
  });

  test("each of two tones at once has its share", () => {
    const both = mix(tone(600, 500), tone(1500, 500, -18));
    expect(shareOf(600, both)).toBeCloseTo(0.8, 1);
    expect(shareOf(1500, both)).toBeCloseTo(0.2, 1);
    expect(shareOf(1000, both)).toBeLessThan(0.01);
    expect(dominantFrequency(silence(100))).toBeUndefined();
  });

  test("too loud is cut off, not turned over", () => {
    expect(Math.max(...amplify(tone(500, 50), 40).samples)).toBe(32_767);
    expect(() => concat(silence(1), silence(1, 16_000))).toThrow("8000, 16000");
  });
});

describe("µ-law", () => {
  test("keeps a sample to 4 % and silence exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: -32_635, max: 32_635 }), (sample) => {
        const [heard] = throughUlaw({ rate: 8000, samples: Int16Array.of(sample) }).samples;
        expect(Math.abs(heard! - sample)).toBeLessThanOrEqual(4 + Math.abs(sample) * 0.04);
      }),
    );
    expect(encodeUlaw(silence(1))).toEqual(Buffer.alloc(8, ULAW_SILENCE));
    expect(encodeUlaw({ rate: 8000, samples: Int16Array.of(32_767, -32_768) })).toEqual(Buffer.of(0x80, 0x00));
  });
});

describe("who spoke when", () => {
  test("tones between silences: times to a frame, frequency to 2 Hz", () => {
    const party = fc.record({ pause: fc.integer({ min: 300, max: 1500 }), sound: anyTone });
    fc.assert(
      fc.property(fc.array(party, { minLength: 1, maxLength: 4 }), fc.integer(), (parts, seed) => {
        const made = concat(...parts.flatMap(({ pause, sound }) => [silence(pause), tone(sound.hz, sound.ms)]));
        const heard = periods(throughUlaw(noisy(concat(made, silence(300)), seed)));
        expect(heard.map(({ kind }) => kind)).toEqual(parts.map(() => "tone"));
        let now = 0;
        parts.forEach(({ pause, sound }, at) => {
          const period = heard[at]!;
          expect(Math.abs(period.startMs - (now + pause))).toBeLessThanOrEqual(40);
          expect(Math.abs(period.endMs - (now + pause + sound.ms))).toBeLessThanOrEqual(40);
          expect(period.kind === "tone" && Math.abs(period.hz - sound.hz)).toBeLessThanOrEqual(2);
          now += pause + sound.ms;
        });
      }),
      { numRuns: 25 },
    );
  });

  test("speech is no tone, and a breath does not end it", async () => {
    const whole = await spoken("maria");
    const maria = slice(whole, firstSoundMs(whole)!, periods(whole).at(-1)!.endMs);
    const recording = concat(silence(1000), maria, silence(150), maria, silence(800), tone(580, 600), silence(500));
    const heard = periods(throughUlaw(recording));
    expect(heard).toEqual([
      expect.objectContaining({ kind: "speech" }),
      expect.objectContaining({ kind: "tone", hz: 580 }),
    ]);
    expect(Math.abs(heard[0]!.startMs - 1000)).toBeLessThan(100);
    expect(firstSoundMs(recording)).toBe(heard[0]!.startMs);
    expect(toneTimes(recording)).toEqual([{ hz: 580, ms: expect.any(Number) as number }]);
  });

  test("faint noise and clicks are silence", () => {
    const click = tone(1000, 20);
    expect(periods(noisy(concat(silence(1000), click, silence(1000)), 1))).toEqual([]);
    expect(firstSoundMs(silence(1000))).toBeUndefined();
  });

  test("a lost packet does not cut a tone in two", () => {
    const heard = periods(concat(tone(700, 300), silence(20), tone(700, 300)));
    expect(heard).toHaveLength(1);
    expect(toneTimes(concat(tone(700, 300), silence(500), tone(700, 300)))).toEqual([{ hz: 700, ms: 600 }]);
  });
});

describe("which of several utterances was said, in a call that lost and delayed packets", () => {
  /** Every packet of 20 ms may be lost, or come late, which inserts silence. */
  const broken = ({ rate, samples }: Sound, seed: number): Sound => {
    let state = seed;
    const chance = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    const packets: Sound[] = [];
    for (let at = 0; at < samples.length; at += 160) {
      const dice = chance();
      if (dice > 0.06) packets.push({ rate, samples: samples.subarray(at, at + 160) });
      if (dice > 0.9) packets.push(silence(20));
    }
    return concat(...packets);
  };

  test.each(["maria", "marie", "noah"] as const)("Hello %s", async (name) => {
    const names = { maria: await spoken("maria"), marie: await spoken("marie"), noah: await spoken("noah") };
    for (const seed of [1, 2, 3]) {
      const recording = throughUlaw(broken(concat(silence(700), amplify(names[name], -6), silence(400)), seed));
      expect([seed, likeliest(names, recording, { lead: 0.01 })]).toEqual([seed, name]);
    }
  });

  test("nothing is likely in silence, in a tone, and where two candidates are the same", async () => {
    const [maria, noah] = [await spoken("maria"), await spoken("noah")];
    expect(likeliest({ maria, noah }, silence(3000))).toBeUndefined();
    expect(likeliest({ maria, noah }, tone(700, 3000))).toBeUndefined();
    expect(likeliest({ maria, again: maria }, maria)).toBeUndefined();
    expect(likeliest({ maria, noah }, maria)).toBe("maria");
    expect(wordingDistance(maria, maria)).toBeLessThan(0.03);
  });
});

describe("which words were said", () => {
  const call = (sound: Sound, beforeMs: number, decibels: number) =>
    throughUlaw(
      noisy(
        amplify(throughUlaw(concat(silence(beforeMs), tone(580, 400), silence(300), sound, silence(700))), decibels),
        7,
      ),
    );

  test.each(["maria", "marie", "noah"] as const)("Hello %s, and nobody else", async (name) => {
    const said = await spoken(name);
    for (const [beforeMs, decibels] of [
      [0, 0],
      [333.3, -12],
      [1700.9, 3],
    ] as const) {
      const recording = call(said, beforeMs, decibels);
      for (const other of ["maria", "marie", "noah"] as const) {
        const match = findUtterance(await spoken(other), recording)!;
        expect([other, match.weakest >= SAME_WORDS]).toEqual([other, other === name]);
        expect(wasSaid(await spoken(other), recording)).toBe(other === name);
        if (other === name) expect(Math.abs(match.startMs - (beforeMs + 700))).toBeLessThan(80);
      }
    }
  });

  test("an utterance that is cut off was not said", async () => {
    const maria = await spoken("maria");
    const half = concat(slice(maria, 0, durationMs(maria) / 2), silence(3000));
    expect(wasSaid(maria, half)).toBe(false);
  });

  test("silence says nothing, and a short recording cannot hold a long utterance", async () => {
    const maria = await spoken("maria");
    expect(findUtterance(maria, silence(5000))?.weakest ?? 0).toBeLessThan(SAME_WORDS);
    expect(findUtterance(maria, slice(maria, 0, 300))).toBeUndefined();
    expect(findUtterance(silence(500), maria)).toBeUndefined();
    expect(() => findUtterance(maria, silence(10, 16_000))).toThrow("different rates");
  });
});
