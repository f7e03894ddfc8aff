/** Distillation: a second, frozen model, whose probabilities for the next token are the labels of the one that is trained. */
import type { RunConfig } from '../config/schema.ts';
import { teacherOf } from '../config/teacher.ts';
import { asOne } from '../model/component.ts';
import type { Batch, Model } from '../model/model.ts';
import type { Tensor2D, Tf } from '../model/tensorflow.ts';
import type { Techniques } from '../model/tools.ts';
import { createTransformer } from '../model/transformer.ts';
import { type CreateVariable, frozen } from '../model/variables.ts';
import type { MicroBatch } from './step.ts';

export interface Teacher {
  /** The micro-batch `batch` of `student`, its loss that of the teacher's labels. */
  microBatch(student: Model, batch: Batch): MicroBatch;
  dispose(): void;
}

/** `config`: of one micro-batch. Null where there is no teacher. Its weights, its mask and all that it computes are the component `teacher`. */
export function createTeacher(
  tf: Tf,
  config: RunConfig,
  createVariable: CreateVariable,
  techniques: Techniques,
): Teacher | null {
  const own = teacherOf(config);
  if (own === null) return null;
  const model = asOne('teacher', () => createTransformer(tf, own, frozen(createVariable, 'teacher'), techniques));
  /** Hinton et al. 2015, "Distilling the Knowledge in a Neural Network", §2, at temperature 1 and without hard labels: [N, V]. */
  const labelsOf = (batch: Batch): Tensor2D => {
    const logits = asOne('teacher', () => model.logits(batch)); // [N, V]
    return model.probabilities(logits);
  };
  const inside = config.step.teacher === 'inside';
  return {
    microBatch: (student, batch) =>
      inside
        ? { loss: () => student.loss(batch, labelsOf(batch)) }
        : { labels: () => tf.tidy(() => labelsOf(batch)), loss: (labels) => student.loss(batch, labels) },
    dispose: () => model.dispose(),
  };
}
