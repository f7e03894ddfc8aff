/** What the page's script is given beside the records: the one thing that the two sides of the page have to agree on. */
/// <reference lib="dom" />

/** What is shown, and what it is sorted by; null stands behind every number. */
export type ScoreCell = readonly [shown: string, sortedBy: string | number | null];

/** One formula, quantity and ledger. */
export interface ScoreRow {
  readonly quantity: string;
  readonly ledger: string;
  readonly match: string;
  /** The ledger that tells most of this formula. */
  readonly isTelling: boolean;
  readonly cells: readonly ScoreCell[];
}

/** One record, in the order of the records. */
export interface RecordLine {
  readonly configId: string;
  readonly name: string;
  /** The outcome, and the peak or what there is in its place. */
  readonly said: string;
  /** To measure it again; null of what others measured. */
  readonly command: string | null;
}

/** An instant of a step. */
export interface TimelineSample {
  readonly event: number;
  readonly timeUs: number;
  readonly phase: string;
  readonly kernel: string;
  readonly bytes: number;
  /** In the order of `components`. */
  readonly parts: readonly number[];
}

/** One step. */
export interface TimelineData {
  readonly components: readonly string[];
  readonly samples: readonly TimelineSample[];
  /** Of the picture in its own pixels: left and right end of its axis, its whole width, and the events at the two ends. */
  readonly frame: { readonly left: number; readonly right: number; readonly width: number; readonly lastEvent: number };
}

/** Everything beside the records and their comparisons. */
export interface PageData {
  /** Of a column: are its cells numbers? */
  readonly isNumber: readonly boolean[];
  readonly scores: readonly ScoreRow[];
  readonly records: readonly RecordLine[];
  readonly estimators: readonly string[];
  readonly quantities: readonly string[];
  readonly ledgers: readonly string[];
  readonly matches: readonly string[];
  readonly timelines: readonly TimelineData[];
}

/** Compared totals of one record: formula, quantity, match (all by number), predicted bytes, and the ledgers by number. */
export type ComparedTotal = readonly [
  estimator: number,
  quantity: number,
  match: number,
  predicted: number,
  ...ledgers: number[],
];

/** The lines of a packed element. */
export type Unpack = (id: string) => Promise<string[]>;
/** Text in which nothing is hidden. */
export type Plain = (text: string) => string;
