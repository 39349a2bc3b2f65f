import axios, { type AxiosInstance } from "axios";
import { readMonoWav, type Period, type Sound } from "../../../lab/audio";
import type { CarrierCall } from "../../../lab/carrier/calls";
import type { EdgeCall } from "../../../lab/edge/record";
import type { InviteFacts } from "../../../lab/edge/sip/facts";
import type { Knobs } from "../../../lab/edge/knobs";
import { until } from "./until";

/** A call as the edge's control API shows it. */
export type EdgeCallView = Omit<EdgeCall, "invite" | "transfers"> &
  Omit<InviteFacts, "at"> & {
    invitedAt: number;
    srtp: boolean;
    status: number | null;
    terminationReason: string | null;
    responses: { at: number; status: number; reason: string }[];
    transfers: (EdgeCall["transfers"][number] & {
      wire: { referTo: string; answer?: { status: number }; notified: { status: number }[] } | null;
    })[];
  };

const CALL_MS = 60_000;

/** What the AI platform saw. */
export class Edge {
  private readonly api: AxiosInstance;
  /** @param since Of a lab that others use too: only calls since then, in epoch ms. */
  constructor(
    url: string,
    private readonly since: number,
  ) {
    this.api = axios.create({ baseURL: url });
  }

  async calls(caller?: string): Promise<EdgeCallView[]> {
    return (await this.api.get<EdgeCallView[]>("/calls", { params: { since: this.since, caller } })).data;
  }

  /** Calls that came for a customer, by his number, oldest first. */
  async of(phone: string): Promise<EdgeCallView[]> {
    return (await this.calls(phone)).sort((a, b) => a.invitedAt - b.invitedAt);
  }

  /** The newest call for a customer, once it is as wished. */
  async call(phone: string, as: (call: EdgeCallView) => boolean = () => true, ms = CALL_MS): Promise<EdgeCallView> {
    return until(`the edge has a call for ${phone} as wished`, ms, async () => {
      const call = (await this.of(phone)).at(-1);
      return call !== undefined && as(call) ? call : undefined;
    });
  }

  async sound(id: string, direction: "heard" | "said"): Promise<Sound> {
    const { data } = await this.api.get<ArrayBuffer>(`/calls/${id}/${direction}.wav`, { responseType: "arraybuffer" });
    return readMonoWav(Buffer.from(data));
  }

  /** For the calls of one number, or of all. */
  async turn(knobs: Partial<Knobs>, routeNumber?: string): Promise<void> {
    await this.api.put(`/knobs${routeNumber === undefined ? "" : `/${encodeURIComponent(routeNumber)}`}`, knobs);
  }

  async hangUp(id: string): Promise<void> {
    await this.api.post(`/calls/${id}/hangup`, {});
  }

  /** The agent transfers its caller: a number, or a `sip:` or `tel:` URI. */
  async transfer(id: string, to: string): Promise<void> {
    await this.api.post(`/calls/${id}/transfer`, { to });
  }
}

/** What the telephone network and its customers saw. */
export class Carrier {
  private readonly api: AxiosInstance;
  /** @param since Of a lab that others use too: only calls since then, in epoch ms. */
  constructor(
    url: string,
    private readonly since: number,
  ) {
    this.api = axios.create({ baseURL: url });
  }

  async calls(number?: string): Promise<CarrierCall[]> {
    return (await this.api.get<CarrierCall[]>("/calls", { params: { since: this.since, number } })).data;
  }

  /** Calls to a customer, oldest first. */
  async of(phone: string): Promise<CarrierCall[]> {
    return this.calls(phone);
  }

  /** The newest call to a customer, once it is as wished. */
  async call(phone: string, as: (call: CarrierCall) => boolean = () => true, ms = CALL_MS): Promise<CarrierCall> {
    return until(`the carrier has a call to ${phone} as wished`, ms, async () => {
      const call = (await this.of(phone)).at(-1);
      return call !== undefined && as(call) ? call : undefined;
    });
  }

  async sound(id: string, direction: "heard" | "said"): Promise<Sound> {
    return this.wav(`/calls/${id}/${direction}.wav`);
  }

  /** A text as espeak-ng speaks it. */
  async speech(text: string): Promise<Sound> {
    return this.wav(`/speech.wav?text=${encodeURIComponent(text)}`);
  }

  async hangUp(id: string): Promise<void> {
    await this.api.post(`/calls/${id}/hangup`, {});
  }

  /** Every one of these customers who is still on the line hangs up: others may call through the same carrier. */
  async hangUpAll(phones: readonly string[]): Promise<void> {
    for (const { id, number, endedAt } of await this.calls())
      if (endedAt === undefined && phones.some((phone) => number.endsWith(phone)))
        await this.hangUp(id).catch(() => undefined);
  }

  /** Every SIP message of a call as it was on the wire, in order. */
  async trace(id: string): Promise<string[]> {
    return (await this.api.get<{ text: string }[]>(`/calls/${id}/trace`)).data.map(({ text }) => text);
  }

  async press(id: string, digits: string): Promise<void> {
    await this.api.post(`/calls/${id}/dtmf`, { digits });
  }

  private async wav(path: string): Promise<Sound> {
    const { data } = await this.api.get<ArrayBuffer>(path, { responseType: "arraybuffer" });
    return readMonoWav(Buffer.from(data));
  }
}

/** The customers whose tones are in a record, in Hz, each once; their tones are 20 Hz apart. */
export function tonesOf(periods: readonly Period[]): number[] {
  return [...new Set(periods.flatMap((period) => (period.kind === "tone" ? [Math.round(period.hz / 20) * 20] : [])))];
}
