import { z } from "zod";

const channel = z.object({
  /** Asterisk's unique id of the channel, e.g. `1732309200.17`. */
  id: z.string(),
  name: z.string(),
  channelvars: z.record(z.string(), z.string()).default({}),
});

/** The events of Asterisk's REST interface (ARI) that the edge acts on, with the fields that it uses. */
const eventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("StasisStart"), application: z.string(), args: z.array(z.string()), channel }),
  z.object({ type: z.literal("ChannelTalkingStarted"), channel }),
  /** `duration`: of the talking, in ms, without the silence that ended it. */
  z.object({ type: z.literal("ChannelTalkingFinished"), channel, duration: z.number() }),
  z.object({ type: z.literal("ChannelDtmfReceived"), channel, digit: z.string() }),
  z.object({ type: z.literal("PlaybackStarted"), playback: z.object({ id: z.string() }) }),
  z.object({ type: z.literal("PlaybackFinished"), playback: z.object({ id: z.string() }) }),
  z.object({ type: z.literal("ChannelDestroyed"), channel, cause: z.number(), cause_txt: z.string() }),
]);
export type AriEvent = z.infer<typeof eventSchema>;

/** Reads one event; undefined for those that the edge has no use for. */
export function parseEvent(text: string): AriEvent | undefined {
  const read = eventSchema.safeParse(JSON.parse(text));
  return read.success ? read.data : undefined;
}
