/** What a second model adds to a step of distillation (src/training/teacher.ts), under the component `teacher`. */
import type { RunConfig } from '../../config/schema.ts';
import { teacherOf } from '../../config/teacher.ts';
import { itemised, type Prediction } from '../estimator.ts';
import type { ByComponent } from './byComponent.ts';
import { floats } from './floats.ts';
import { formOf } from './form.ts';
import { exactParameterCount } from './parameterCount.ts';
import { passOf } from './pass.ts';
import { constantFloats } from './stepInputs.ts';

/** Its weights, and a mask and tables of its own. */
export function teacherResident(config: RunConfig): Prediction {
  const teacher = teacherOf(config);
  return floats(teacher === null ? {} : { teacher: exactParameterCount(teacher) + constantFloats(teacher) });
}

/**
 * Its tape, where it runs inside of what is differentiated: all that tfjs keeps up to the logits, although no gradient passes there. Its
 * probabilities are the labels, which the student keeps.
 */
export function teacherOnTape(config: RunConfig): ByComponent {
  const teacher = config.step.teacher === 'inside' ? teacherOf(config) : null;
  return teacher === null ? {} : { teacher: sumOf(formOf(teacher).tapeToLogits(teacher)) };
}

export const teacherTape = (config: RunConfig): Prediction => itemised(teacherOnTape(config));

/** Probabilities as labels: where tfjs keeps one-hot labels it keeps them instead; the minimal form would have kept ids, an input. */
export function softLabels(config: RunConfig): Prediction {
  const { teacher, savedTensors } = config.step;
  return floats({ loss: teacher !== 'none' && savedTensors === 'minimal' ? passOf(config).NV : 0 });
}

const sumOf = (parts: ByComponent): number => Object.values(parts).reduce((sum, count) => sum + count, 0);
