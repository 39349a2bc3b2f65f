import { same } from "../../change/sameCell";
import type { CampaignRouting } from "./schema";
import { formatDialStatuses, parseDialStatuses } from "./dialStatuses";
import type { Cell, Row } from "../../session";

/** How one input is stored. */
interface ColumnCodec<Value> {
  column: string;
  write(value: Value): Cell;
  read(cell: Cell): Value;
  /** Whether two stored forms mean the same. */
  same(one: Cell, other: Cell): boolean;
}

/** `auto_dial_level` is text: `1` and `1.0` are one level. */
const sameNumber = (one: Cell, other: Cell) => same(one, other, { type: "decimal" });
const sameStatuses = (one: Cell, other: Cell) => canonical(one) === canonical(other);
const canonical = (cell: Cell) => formatDialStatuses(parseDialStatuses(asText(cell)));
const asText = (cell: Cell) => (cell === null ? "" : String(cell));

const text = <Value extends string>(column: string): ColumnCodec<Value> => ({
  column,
  write: (value) => value,
  read: (cell) => asText(cell) as Value,
  same,
});
const count = (column: string): ColumnCodec<number> => ({
  column,
  write: (value) => value,
  read: Number,
  same: sameNumber,
});
const yesNo = (column: string): ColumnCodec<boolean> => ({
  column,
  write: (value) => (value ? "Y" : "N"),
  read: (cell) => cell === "Y",
  same,
});

/** Inputs that are no columns. */
type Control = "campaignId" | "routing" | "lab" | "onDestroy";
type Patched = Exclude<keyof CampaignRouting, Control>;

const CODECS: Readonly<Record<Patched, ColumnCodec<unknown>>> = {
  active: yesNo("active"),
  dialPrefix: text("dial_prefix"),
  manualDialPrefix: text("manual_dial_prefix"),
  campaignCid: text("campaign_cid"),
  manualDialCid: text("manual_dial_cid"),
  routingExtension: text("campaign_vdad_exten"),
  dialMethod: text("dial_method"),
  autoDialLevel: { ...count("auto_dial_level"), write: String },
  hopperLevel: count("hopper_level"),
  dialTimeout: count("dial_timeout"),
  localCallTime: text("local_call_time"),
  dialStatuses: {
    column: "dial_statuses",
    write: formatDialStatuses,
    read: (cell) => parseDialStatuses(asText(cell)),
    same: sameStatuses,
  },
  dropCallSeconds: count("drop_call_seconds"),
  recording: text("campaign_recording"),
  amdSendToVmx: yesNo("amd_send_to_vmx"),
  amMessageExten: text("am_message_exten"),
  waitForSilenceOptions: text("waitforsilence_options"),
  amdAgentRouteOptions: text("amd_agent_route_options"),
  useInternalDnc: text("use_internal_dnc"),
  useCampaignDnc: text("use_campaign_dnc"),
  omitPhoneCode: yesNo("omit_phone_code"),
} satisfies { [Name in Patched]-?: ColumnCodec<NonNullable<CampaignRouting[Name]>> };

const NAMES = Object.keys(CODECS) as Patched[];
const BY_COLUMN = new Map(NAMES.map((name) => [CODECS[name].column, name]));

/** The columns that the declared inputs stand for, and what they shall hold. */
export function columnsOf(wanted: Partial<CampaignRouting>): Row {
  const declared = NAMES.filter((name) => wanted[name] !== undefined);
  return Object.fromEntries(declared.map((name) => [CODECS[name].column, CODECS[name].write(wanted[name])]));
}

/** The inputs that columns stand for. */
export function inputsOf(columns: Row): Partial<CampaignRouting> {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([column, value]) => {
      const name = BY_COLUMN.get(column);
      return name === undefined ? [] : [[name, CODECS[name].read(value)]];
    }),
  );
}

/** The input behind a column, for messages. */
export function inputOf(column: string): string {
  return BY_COLUMN.get(column) ?? column;
}

/** Whether two values of a column mean the same to VICIdial: `NULL` and `''`, `1` and `1.0`, ` NEW -` and `NEW`. */
export function sameCell(column: string, one: Cell, other: Cell): boolean {
  const name = BY_COLUMN.get(column);
  return name === undefined ? same(one, other) : CODECS[name].same(one, other);
}
