import type { Site } from "./site";

/** Headings of docs/mistakes.md, in its order. */
export const GROUPS = [
  "Nobody is called",
  "The customer answers and the AI is not there",
  "The AI talks, but not as it should",
  "Nobody notices, until it costs",
  "VICIdial's reports mislead",
] as const;
export type Group = (typeof GROUPS)[number];

/**
 * A way to break a bridge by hand: how it comes about, and what is seen of it. One file each in test/mistakes; read by
 * test/mistakes/mistakes.real.test.ts, which makes it, and by docs/mistakes.md, which tells it.
 */
export interface Mistake {
  /** One sentence that says what is wrong. */
  title: string;
  /** Heading of docs/mistakes.md. */
  group: Group;
  /**
   * Where it is documented: `guide troubleshooting 1` and `guide step 4.3` of docs/facts/guide.md, `silent mistake 4` of
   * docs/facts/vicidial.md, or page and heading of another fact.
   */
  sources: readonly string[];
  /** How it comes about. */
  cause: string;
  /** What people notice: customer, admin, AI platform. */
  symptom: string;
  /** How an admin sees that it is this one. */
  look: string;
  fix: string;
  /** Its bridge, 100-199. Mistakes of a list or a lead may share one. */
  n: number;
  /** Arguments of the bridge, beside those of test/kit/calls/bridge.ts. */
  bridge?: Record<string, unknown>;
  /**
   * Kinds of customers to call, by the last two digits of their numbers (docker/carrier/README.md). Default one person, `14`;
   * none where `seen` adds leads itself.
   */
  customers?: readonly string[];
  /** Columns of their leads. */
  lead?: Readonly<Record<string, string | number>>;
  /**
   * When it is made: before the dialler writes its configuration (default), once that is in force, or alone at the end, because
   * it concerns the whole dialler.
   */
  when?: "before" | "in force" | "alone";
  /** Does it as a human's hand leaves it: rows, settings of the edge; none where the lead is it. What it does through `site.hand` is put back at the end. */
  make?(site: Site): Promise<void>;
  /** Awaits what is seen. @throws where it is not. */
  seen(site: Site): Promise<void>;
  /** Puts back what `make` did beside `site.hand`. */
  undo?(site: Site): Promise<void>;
}

/** The bridge of mistakes that one list or lead makes: they do not disturb each other. */
export const ofOneList = { n: 100, bridge: { lines: 4 } } as const;
