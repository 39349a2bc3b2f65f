import { campaignOf, firstUser, routeNumber } from "../../kit/calls/bridge";
import type { Lab, Lead } from "../../kit/calls/lab";
import { Hand, type Columns } from "./hand";

/** What a site knows of the mistake that is made there. */
interface MadeHere {
  n: number;
  /** Columns of its leads. */
  lead?: Readonly<Record<string, string | number>>;
}

/** The place where a mistake is made: one bridge of the lab, a list of its own, and a human's hand. */
export class Site<Made extends MadeHere = MadeHere> {
  readonly hand: Hand;
  /** Customers that were given to the dialler, in the order of `mistake.customers`. */
  readonly leads: Lead[] = [];

  constructor(
    readonly lab: Lab,
    readonly mistake: Made,
    /** Its place in the catalogue: lists and customers' numbers follow from it. */
    private readonly at: number,
    /** Resolves when nobody will be called any more who was not called by now. */
    readonly watched: Promise<void>,
  ) {
    this.hand = new Hand(lab);
  }

  get n(): number {
    return this.mistake.n;
  }

  get campaignId(): string {
    return campaignOf(this.n);
  }

  get listId(): number {
    return 7000 + this.at;
  }

  /** Digits of the route number. */
  get number(): string {
    return routeNumber(this.n).slice(1);
  }

  /** What the line dials: AI prefix and route number. */
  get extension(): string {
    return `9797${this.number}`;
  }

  /** The first line's user. */
  get user(): string {
    return String(firstUser(this.n));
  }

  get dialler(): string {
    return this.lab.diallers[0]!;
  }

  /** Digits before a customer's number where the site has a telephony carrier of its own: see `telephony`. */
  get prefix(): string {
    return `7${this.n}`;
  }

  /** The one customer. */
  get lead(): Lead {
    return this.leads[0]!;
  }

  async campaign(columns: Columns): Promise<void> {
    await this.hand.set("vicidial_campaigns", { campaign_id: this.campaignId }, columns);
  }

  async list(columns: Columns): Promise<void> {
    await this.hand.set("vicidial_lists", { list_id: this.listId }, columns);
  }

  async remoteAgent(columns: Columns): Promise<void> {
    await this.hand.set("vicidial_remote_agents", { user_start: this.user, server_ip: this.dialler }, columns);
  }

  async carrier(columns: Columns): Promise<void> {
    await this.hand.set("vicidial_server_carriers", { carrier_id: `aib${this.number}` }, columns);
  }

  /** The text of the AI carrier's dialplan. */
  async aiDialplan(): Promise<string> {
    const [row] = await this.lab.query<{ dialplan_entry: string }>(
      "SELECT dialplan_entry FROM vicidial_server_carriers WHERE carrier_id = ?",
      [`aib${this.number}`],
    );
    return row?.dialplan_entry ?? "";
  }

  /** Changes the text of the AI carrier's dialplan. @throws Error where the change changes nothing. */
  async dialplan(change: (text: string) => string): Promise<void> {
    const before = await this.aiDialplan();
    const text = change(before);
    if (text === before) throw new Error(`nothing to change in the dialplan of bridge ${this.n}:\n${before}`);
    await this.carrier({ dialplan_entry: text });
  }

  /** A carrier made by hand, for all servers. */
  async addCarrier(carrierId: string, columns: Columns): Promise<void> {
    const row = { carrier_id: carrierId, carrier_name: "by hand", registration_string: "", template_id: "--NONE--" };
    await this.hand.add(
      "vicidial_server_carriers",
      { ...row, protocol: "SIP", globals_string: "", account_entry: "", server_ip: "0.0.0.0", active: "Y", ...columns },
      "carrier_id",
    );
  }

  /**
   * A telephony carrier for the customers of this campaign alone, dialled with `prefix`: lines of its dialplan, after the
   * pattern.
   */
  async telephony(pattern: string, applications: readonly string[]): Promise<void> {
    const exten = `_${this.prefix}${pattern}`;
    await this.addCarrier(`TELCO${this.n}`, {
      dialplan_entry: applications.map((application, at) => `exten => ${exten},${at + 1},${application}`).join("\n"),
    });
    await this.campaign({ dial_prefix: this.prefix });
  }

  /** Gives the dialler somebody to call. `kind`: last two digits of his number. */
  async call(kind: string, columns: Columns = {}): Promise<Lead> {
    const phone = `3036${100 + this.at}${this.leads.length}${kind}`;
    const lead = await this.lab.lead(this.listId, phone, { first_name: "Maria", city: "Denver", ...columns });
    this.leads.push(lead);
    return lead;
  }

  /** The campaign's lines as the dialler lists them. */
  async lines(): Promise<{ user: string; status: string; lead_id: number; outbound_autodial: string }[]> {
    return this.lab.query(
      "SELECT user, status, lead_id, outbound_autodial FROM vicidial_live_agents WHERE campaign_id = ? ORDER BY user",
      [this.campaignId],
    );
  }

  /** The customer's row. */
  async row(lead: Lead = this.lead): Promise<{ status: string; called_since_last_reset: string; user: string }> {
    const [row] = await this.lab.query<never>("SELECT * FROM vicidial_list WHERE lead_id = ?", [lead.id]);
    return row!;
  }

  /** Calls that the dialler says it placed for the customer. */
  async placed(lead: Lead = this.lead): Promise<{ channel: string; extension: string; outbound_cid: string }[]> {
    return this.lab.query("SELECT channel, extension, outbound_cid FROM vicidial_dial_log WHERE lead_id = ?", [
      lead.id,
    ]);
  }

  /** Calls of the number that SigmaMind has on record, which its Conversations page shows. */
  async records(): Promise<Record<string, unknown>[]> {
    const { data } = await this.lab.sigmamind.get<{ data: { phoneNumber?: { sipPhoneNumber: string } }[] }>(
      "/v1/calls",
      {
        params: { size: 1000 },
      },
    );
    return data.data.filter(({ phoneNumber }) => phoneNumber?.sipPhoneNumber === `+${this.number}`);
  }
}
