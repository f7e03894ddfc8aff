/** Forward, moment by moment. */
import type { RunConfig } from '../../../config/schema.ts';
import { teacherOf } from '../../../config/teacher.ts';
import { plus, times } from '../byComponent.ts';
import { cast } from '../kernels.ts';
import { leftBy, type Moment, made, once, type Stretch } from '../moments.ts';
import { passOf } from '../pass.ts';
import { WIDE } from '../widths.ts';
import { leaving } from './block.ts';
import { toLogits } from './logits.ts';
import type { ForwardOperations } from './operations.ts';

/** First the teacher's, where there is one. */
export function forwardStretches(operations: ForwardOperations, config: RunConfig): Stretch[] {
  const pass = passOf(config);
  return [...teacherForward(operations, config), ...toLogits(operations, pass), once(operations.loss(pass, config))];
}

/** Up to its probabilities, which are labels. Outside of what is differentiated nothing is recorded, and only they are left. */
function teacherForward(operations: ForwardOperations, config: RunConfig): Stretch[] {
  const teacher = teacherOf(config);
  if (teacher === null) return [];
  const isRecorded = config.step.teacher === 'inside';
  const pass = { ...passOf(teacher), isRecorded };
  const logits = toLogits(operations, pass).map(({ moments, times }) => ({ moments: moments.map(asTeacher), times }));
  const labels = [...cast('loss', pass.NV, pass.widths.product, WIDE), made('loss', pass.NV * WIDE)];
  const stretches = [...logits, once(labels)];
  if (isRecorded) return stretches;
  const left = plus(...stretches.map(({ moments, times: count }) => times(count, leftBy(moments))));
  return [...stretches, once(leaving(left, { loss: pass.NV * WIDE }))];
}

const asTeacher = (moment: Moment): Moment => ({ ...moment, component: 'teacher', by: 'teacher' });
