/** The names of the marks of a run: `start`, `weights`, then `<step>.m0` … `<step>.m3` for every step, warm-up steps included. */
import { MARKS, type Mark } from '../training/step.ts';
import { WARM_UP_STEPS } from './job.ts';

export const START = 'start';
export const WEIGHTS = 'weights';

export const stepMark = (step: number, mark: Mark): string => `${step}.${mark}`;

/** Every mark that a complete run writes, in order. Steps count from 1. */
export function expectedMarks(repeats: number): string[] {
  const steps = Array.from({ length: WARM_UP_STEPS + repeats }, (_, index) => index + 1);
  return [START, WEIGHTS, ...steps.flatMap((step) => MARKS.map((mark) => stepMark(step, mark)))];
}

/** `3.m1` → `backward`: what runs after a mark, for error texts. */
export function phaseAfter(mark: string | undefined): string {
  const phases: Record<string, string> = { m0: 'forward', m1: 'backward', m2: 'optimizer', m3: 'between steps' };
  if (mark === undefined) return 'loading TensorFlow';
  return phases[mark.split('.')[1] ?? ''] ?? 'building the model';
}
