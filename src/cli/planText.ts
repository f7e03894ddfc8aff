/** `run --dry-run` on a terminal: what would be measured, and why what nobody asked for by itself. */
import { configId } from '../config/configId.ts';
import { describeConfig } from '../config/describe.ts';
import { changedKeys } from '../config/perturb.ts';
import type { RunConfig } from '../config/schema.ts';
import type { Estimator } from '../estimators/estimator.ts';
import { wayToGroundOf } from '../estimators/ground.ts';
import { type ByteUnit, formatBytes } from '../units/bytes.ts';
import { table, wrapped } from './terminal.ts';

export interface Planned {
  readonly configId: string;
  readonly configuration: RunConfig;
  /** The step peak that the exact closed form expects; null where it cannot tell. */
  readonly expectedBytes: number | null;
}

/** Below a configuration that lies on the way to a ground: what is other there than was asked for, and for which of `formulas`. */
export function planText(
  plan: readonly Planned[],
  asked: readonly RunConfig[],
  formulas: readonly Estimator[],
  unit: ByteUnit | undefined,
): string {
  const reasons = reasonsOf(asked, formulas);
  const [heading = '', ...lines] = table([
    ['configuration', 'expected step-peak'],
    ...plan.map(({ configId: id, configuration, expectedBytes }) => [
      `${id}  ${describeConfig(configuration)}`,
      expectedBytes === null ? 'unknown' : formatBytes(expectedBytes, unit),
    ]),
  ]).match(/.*\n/g) ?? [''];
  const below = ({ configId: id }: Planned): string => {
    const reason = reasons.get(id);
    return reason === undefined ? '' : wrapped(`${reason.changes} (for ${[...reason.formulas].join(', ')})`, '    ');
  };
  return [heading, ...plan.map((planned, index) => `${lines[index] ?? ''}${below(planned)}`)].join('');
}

interface Reason {
  /** Against the first configuration asked for whose way leads here: `step.optimizer adam, model.dropout 0.1`. */
  readonly changes: string;
  readonly formulas: Set<string>;
}

/** By id; nothing of what was asked for. */
function reasonsOf(asked: readonly RunConfig[], formulas: readonly Estimator[]): ReadonlyMap<string, Reason> {
  const reasons = new Map<string, Reason>();
  const ids = new Set(asked.map(configId));
  for (const start of asked)
    for (const formula of formulas)
      for (const { config } of wayToGroundOf(formula, start)) {
        const id = configId(config);
        if (ids.has(id)) continue;
        const reason = reasons.get(id) ?? { changes: changesText(start, config), formulas: new Set<string>() };
        reason.formulas.add(formula.id);
        reasons.set(id, reason);
      }
  return reasons;
}

const changesText = (start: RunConfig, config: RunConfig): string =>
  changedKeys(start, config)
    .map(([path, value]) => `${path} ${value}`)
    .join(', ');
