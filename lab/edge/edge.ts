import path from "node:path";
import { z } from "zod";
import { messageOf } from "../../core/refusal";
import { Speech } from "./agent/speech";
import { startAnalyst } from "./analyst";
import { Ari } from "./asterisk/ari";
import type { AriEvent } from "./asterisk/events";
import { channelOf, Line } from "./asterisk/line";
import { takeCall } from "./call";
import { CallBook } from "./callBook";
import { buildControlApp } from "./control";
import { KnobBoard } from "./knobs";
import type { Log } from "../../core/log";
import { answersOptions } from "./probe";
import type { EdgeSettings } from "./settings";
import { Capture } from "../../core/protocols/sip/capture";
import { sigmaMindRecords } from "./simulator";

/** Name of the Stasis application and of the dialplan's context (docker/edge/etc/extensions.conf). */
const APPLICATION = "edge";
const PROBE_MS = 1_000;

/** The running edge. */
export interface RunningEdge {
  close(): Promise<void>;
}

/**
 * Starts everything: the socket for copies of SIP messages, the control API, and the connection to Asterisk.
 *
 * @param program this program's file, which the analyst's thread runs too
 */
export async function startEdge(settings: EdgeSettings, program: string, log: Log): Promise<RunningEdge> {
  const { dataDirectory, publicUrl, keepCalls: keep } = settings;
  const capture = new Capture();
  const knobs = new KnobBoard();
  const analyst = startAnalyst(program);
  const sigmaMind = sigmaMindRecords(settings.simulatorUrl);
  const folder = path.join(dataDirectory, "calls");
  const book = new CallBook({ folder, publicUrl, keep, sigmaMind, listen: analyst.listen, log });
  const speech = new Speech(path.join(dataDirectory, "speech"));
  const ari = new Ari({ ...settings.ari, application: APPLICATION }, log);
  const lines = new Lines(ari, log, (line, callId) =>
    takeCall(line, callId, { capture, sigmaMind, knobs, speech, book, log }),
  );
  const healthy = async () => ari.connected && (await answersOptions(settings.sipPort, PROBE_MS));
  const control = buildControlApp({ book, capture, knobs, speech, healthy });

  await capture.listen(settings.hepPort);
  await control.listen({ host: "0.0.0.0", port: settings.controlPort });
  const following = ari.follow(lines);
  log("started", { controlPort: settings.controlPort, sigmaMind: settings.simulatorUrl });
  return {
    async close() {
      ari.close();
      capture.close();
      await Promise.all([following, control.close(), analyst.close()]);
    },
  };
}

/** Gives each event to the call that it belongs to. */
class Lines {
  readonly #lines = new Map<string, Line>();

  constructor(
    private readonly ari: Ari,
    private readonly log: Log,
    private readonly take: (line: Line, callId: string) => Promise<void>,
  ) {}

  /** A connection begins: calls that an earlier one left behind have nobody to talk to. */
  async opened(): Promise<void> {
    try {
      const channels = z.array(z.object({ id: z.string() })).parse(await this.ari.request("GET", "channels"));
      const lost = channels.filter(({ id }) => !this.#lines.has(id));
      await Promise.allSettled(lost.map(({ id }) => this.ari.request("DELETE", `channels/${id}`)));
      if (lost.length > 0) this.log("left-behind", { calls: lost.length });
    } catch (thrown) {
      this.log("asterisk-not-asked", { error: messageOf(thrown) });
    }
  }

  /** The connection is lost: whatever happens on the calls now, nobody hears of it. */
  closed(): void {
    for (const line of this.#lines.values()) line.lose();
    this.#lines.clear();
  }

  event(event: AriEvent): void {
    if ("playback" in event) return this.#lines.get(channelOf(event.playback.id))?.take(event);
    const { id, channelvars } = event.channel;
    if (event.type === "StasisStart" && event.args[0] === "new") {
      const line = new Line(id, this.ari);
      this.#lines.set(id, line);
      this.take(line, channelvars["EDGE_CALL_ID"] ?? "").catch((thrown: unknown) =>
        this.log("call-lost", { call: id, error: messageOf(thrown) }),
      );
      return;
    }
    this.#lines.get(id)?.take(event);
    if (event.type === "ChannelDestroyed") this.#lines.delete(id);
  }
}
