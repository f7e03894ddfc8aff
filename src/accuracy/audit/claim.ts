/** What the article claims, what follows from its own inputs, and what is to be measured. */
import type { MeasuredRecord } from '../../records/measurement.ts';
import type { Expression } from './expression.ts';

/** The article's headings, in its order, shortened. */
export const SECTIONS = [
  'Parameters',
  'Model memory',
  'Working memory',
  'Steady state',
  'Activations',
  'Peak',
  'Scaling laws',
  'GPT-3',
  'The text',
] as const;
export type Section = (typeof SECTIONS)[number];

/** MB are 10⁶ bytes, as the article counts them. */
export type Unit = 'parameters' | 'bytes' | 'bytes per parameter' | 'MB' | 'factor' | 'width';

/** A number as the article prints it, or what its formula gives. `step`: what it was rounded to; 1 if it was not. */
export interface Printed {
  readonly value: number;
  readonly unit: Unit;
  readonly step?: number;
}

/** One line of a derivation: what it is called and how it comes about. */
export interface Line {
  readonly label: string;
  readonly expression: Expression;
}

/** What one record, or a pair of records that differ in one thing, says. */
export interface Observation {
  readonly configIds: readonly string[];
  readonly value: number | string;
}

/** `claimed` is what every observation would be if the article were right. */
export interface Measure {
  readonly what: string;
  readonly claimed: number | string;
  observe(records: readonly MeasuredRecord[]): readonly Observation[];
}

export interface Claim {
  readonly id: string;
  readonly section: Section;
  /** The article's own words, in Spanish, whitespace apart. */
  readonly quote: string;
  /** Null where it claims no number. */
  readonly printed: Printed | null;
  /** The last line's value is what should stand there. Empty where nothing is to be computed. */
  readonly derivation: readonly Line[];
  /** What has to hold for the claim to be right. */
  readonly onlyIf?: string;
  /** The verdict of a claim without numbers, which nothing can be computed from. */
  readonly unnumbered?: 'right' | 'wrong';
  readonly remark: string;
  readonly measure?: Measure;
}
