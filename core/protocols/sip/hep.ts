/** One captured packet of the Homer Encapsulation Protocol, version 3: a copy of a SIP message with its circumstances. */
export interface HepPacket {
  /** `address:port`. */
  source: string;
  destination: string;
  /** Epoch ms. */
  at: number;
  /** The message itself. */
  payload: string;
}

/** Chunk types of vendor 0 (HEP3 specification, table of generic chunks). */
const [SOURCE_4, DESTINATION_4, SOURCE_6, DESTINATION_6] = [3, 4, 5, 6];
const [SOURCE_PORT, DESTINATION_PORT, SECONDS, MICROSECONDS, KIND, PAYLOAD] = [7, 8, 9, 10, 11, 15];
const SIP = 1;
/** `HEP3` and the packet's length. */
const PACKET_HEADER = 6;
/** Vendor, type and length, which counts itself. */
const CHUNK_HEADER = 6;

/** Reads a packet; undefined when it is no HEP3 or holds no SIP. */
export function parseHep(packet: Buffer): HepPacket | undefined {
  if (packet.length < PACKET_HEADER || packet.toString("latin1", 0, 4) !== "HEP3") return undefined;
  const chunks = new Map<number, Buffer>();
  for (let at = PACKET_HEADER; at + CHUNK_HEADER <= packet.length;) {
    const length = packet.readUInt16BE(at + 4);
    if (length < CHUNK_HEADER) return undefined;
    if (packet.readUInt16BE(at) === 0)
      chunks.set(packet.readUInt16BE(at + 2), packet.subarray(at + CHUNK_HEADER, at + length));
    at += length;
  }
  const payload = chunks.get(PAYLOAD);
  if (payload === undefined || numberIn(chunks.get(KIND)) !== SIP) return undefined;
  const address = (four: number, six: number) => addressIn(chunks.get(four) ?? chunks.get(six));
  return {
    source: `${address(SOURCE_4, SOURCE_6)}:${numberIn(chunks.get(SOURCE_PORT))}`,
    destination: `${address(DESTINATION_4, DESTINATION_6)}:${numberIn(chunks.get(DESTINATION_PORT))}`,
    at: numberIn(chunks.get(SECONDS)) * 1000 + numberIn(chunks.get(MICROSECONDS)) / 1000,
    payload: payload.toString("utf8"),
  };
}

function numberIn(chunk: Buffer | undefined): number {
  return chunk === undefined || chunk.length === 0 || chunk.length > 6 ? 0 : chunk.readUIntBE(0, chunk.length);
}

function addressIn(chunk: Buffer | undefined): string {
  if (chunk === undefined) return "?";
  if (chunk.length === 4) return chunk.join(".");
  const groups = chunk.toString("hex").match(/.{4}/g) ?? [];
  return `[${groups.join(":")}]`;
}
