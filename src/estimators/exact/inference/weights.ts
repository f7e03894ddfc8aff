/** Weights as inference keeps them. */
import type { RunConfig } from '../../../config/schema.ts';
import { exactParameterCount } from '../parameterCount.ts';
import { WIDE, widthsOf } from '../widths.ts';

const INT8_BYTES = 1;

/** Bytes. */
export function inferenceWeights(config: RunConfig): number {
  const { variable, dequantizes } = widthsOf(config.step.precision);
  const all = exactParameterCount(config) * variable;
  return dequantizes ? all + quantizing(config.model) : all;
}

/** What 8 bits change: of a matrix of blocks a byte to each element is left, and a scale for each column comes. */
function quantizing({ architecture, layers, ...model }: RunConfig['model']): number {
  const { hiddenSize: H, feedForwardSize: F, heads, keyValueHeads, headSize, gatedFeedForward } = model;
  const [queries, keysAndValues] = [heads * headSize, 2 * keyValueHeads * headSize];
  const output = [queries, H] as const;
  const own = [
    ...[[H, queries + keysAndValues] as const, output],
    ...(gatedFeedForward ? [[H, F] as const] : []),
    ...[[H, F] as const, [F, H] as const],
  ];
  const cross = architecture === 'encoder-decoder' ? [[H, queries] as const, [H, keysAndValues] as const, output] : [];
  const stacks = architecture === 'encoder-decoder' ? [...own, ...own, ...cross] : own;
  const changes = stacks.map(([rows, columns]) => columns * WIDE - rows * columns * (WIDE - INT8_BYTES));
  return layers * changes.reduce((sum, change) => sum + change, 0);
}
