/** The function of a published program or paper itself: its arguments by its own names, its answers by its own names, its defects kept. */

export type Values = Readonly<Record<string, unknown>>;

export interface Original {
  /** Id of the golden vectors that it answers to (`test/golden/upstream/<id>.json`). */
  readonly id: string;
  /** The input of a vector → its output. Throws `Refused` where the original refuses or fails. */
  run(input: Values): Values;
}

/** The original gives no answer: an assertion of its own, an error, a combination that it turns down. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** A refusal within an answer, where the original answers the rest: put in the place of the value that is not given. */
export const refused = (reason: string): { readonly refused: string } => ({ refused: reason });
