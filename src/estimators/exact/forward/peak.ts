/** Where forward is fullest. */
import type { RunConfig } from '../../../config/schema.ts';
import { teacherOf } from '../../../config/teacher.ts';
import type { Ledger } from '../../../records/quantity.ts';
import { type ByComponent, plus, times } from '../byComponent.ts';
import { cast } from '../kernels.ts';
import { fullest, leftBy, type Moment, made, once, type Stretch } from '../moments.ts';
import { passOf } from '../pass.ts';
import { WIDE } from '../widths.ts';
import { leaving } from './block.ts';
import { toLogits } from './logits.ts';
import type { ForwardOperations } from './operations.ts';

/** What it holds over the level before: first the teacher's, where there is one. */
export function forwardPeak(operations: ForwardOperations, config: RunConfig, ledger: Ledger): ByComponent {
  const pass = passOf(config, ledger);
  return fullest([
    ...teacherForward(operations, config, ledger),
    ...toLogits(operations, pass),
    once(operations.loss(pass, config)),
  ]);
}

/** Up to its probabilities, which are labels. Outside of what is differentiated nothing is recorded, and only they are left. */
function teacherForward(operations: ForwardOperations, config: RunConfig, ledger: Ledger): Stretch[] {
  const teacher = teacherOf(config);
  if (teacher === null) return [];
  const isRecorded = config.step.teacher === 'inside';
  const pass = { ...passOf(teacher, ledger), isRecorded };
  const logits = toLogits(operations, pass).map(({ moments, times }) => ({ moments: moments.map(asTeacher), times }));
  const labels = [...cast('loss', pass.NV, pass.widths.product, WIDE), made('loss', pass.NV * WIDE)];
  const stretches = [...logits, once(labels)];
  if (isRecorded) return stretches;
  const left = plus(...stretches.map(({ moments, times: count }) => times(count, leftBy(moments))));
  return [...stretches, once(leaving(left, { loss: pass.NV * WIDE }))];
}

const asTeacher = (moment: Moment): Moment => ({ ...moment, component: 'teacher', by: 'teacher' });
