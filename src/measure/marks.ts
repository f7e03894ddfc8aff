/** The names of the marks of a run: `start`, `weights`, then `<step>.m0` … `<step>.m3` for every training step, `<step>.i0` … of inference, warm-up steps included. */
import { type Mark, type MarkedStep, phaseAfter as phaseAfterMark, stepMarks } from '../records/mark.ts';
import { WARM_UP_STEPS } from './job.ts';

export const START = 'start';
export const WEIGHTS = 'weights';

export const stepMark = (step: number, mark: Mark): string => `${step}.${mark}`;

/** Every mark that a complete run writes, in order. Steps count from 1. */
export function expectedMarks(repeats: number, step: MarkedStep): string[] {
  const steps = Array.from({ length: WARM_UP_STEPS + repeats }, (_, index) => index + 1);
  return [START, WEIGHTS, ...steps.flatMap((number) => stepMarks(step).map((mark) => stepMark(number, mark)))];
}

/** `3.m1` → `backward`: what runs after a mark, for error texts. */
export function phaseAfter(mark: string | undefined): string {
  if (mark === undefined) return 'loading TensorFlow';
  const [, inStep] = /^\d+\.([mi].*)$/.exec(mark) ?? [];
  return inStep === undefined ? 'building the model' : (phaseAfterMark(inStep as Mark) ?? 'between steps');
}
