/** What the doctor says of one thing. */

export interface Finding {
  /** One of those that docs/doctor.md lists; for a library of CUDA its soname. */
  readonly id: string;
  readonly status: 'ok' | 'note' | 'warning' | 'fatal' | 'skipped';
  readonly fact: string;
  readonly cause?: string;
  /** There is one wherever something is wrong. */
  readonly remedy: string | null;
}

/** In place of the fact, what is wrong with it. */
export interface Fault {
  readonly fact: string;
  readonly cause?: string | undefined;
  readonly remedy: string;
}

export const ok = (id: string, fact: string): Finding => ({ id, status: 'ok', fact, remedy: null });
export const note = (id: string, fact: string): Finding => ({ id, status: 'note', fact, remedy: null });
export const skipped = (id: string, why: string): Finding => ({
  id,
  status: 'skipped',
  fact: `${id} is not checked: ${why}.`,
  remedy: null,
});
export const warning = (id: string, fault: Fault): Finding => faulty(id, 'warning', fault);
export const fatal = (id: string, fault: Fault): Finding => faulty(id, 'fatal', fault);

const faulty = (id: string, status: 'warning' | 'fatal', { fact, cause, remedy }: Fault): Finding => ({
  id,
  status,
  fact: sentence(fact),
  ...(cause === undefined ? {} : { cause }),
  remedy,
});

/** What others say, as the loader, has no full stop. */
const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** What is wrong with a GPU is nothing against a measurement on the CPU; how it would be mended stays. */
export const asNote = (finding: Finding): Finding =>
  finding.status === 'fatal' || finding.status === 'warning' ? { ...finding, status: 'note' } : finding;
