/** Generation: the prompt at once, and then token by token, each step in a tidy of its own (src/training/inference.ts). */
import type { RunConfig } from '../../../config/schema.ts';
import type { Ledger } from '../../../records/quantity.ts';
import { autodiffForward } from '../autodiff/forward/index.ts';
import { type ByComponent, plus } from '../byComponent.ts';
import { blockForward } from '../forward/block.ts';
import { embeddingForward, headForward } from '../forward/logits.ts';
import { INT32_BYTES } from '../kernels.ts';
import { freed, fullest, type Moment, made, once, type Stretch } from '../moments.ts';
import { type Pass, passOf } from '../pass.ts';
import { entry, firstEntry, nextEntry, placesBytes } from './cache.ts';
import { windowForward } from './window.ts';

const DECODER = { masked: true, cross: false } as const;

interface Generation {
  /** Over the level before, each. */
  readonly prefill: ByComponent;
  readonly decode: ByComponent;
  /** When all tokens are read. */
  readonly cache: ByComponent;
}

/** `batch.promptLength` is there. */
export function generation(config: RunConfig, promptLength: number, ledger: Ledger): Generation {
  const { batch, step, model } = config;
  const policy = step.keyValueCache === 'preallocated' ? 'preallocated' : 'concat';
  const { sequenceLength } = batch;
  const columns = (read: number): number => (policy === 'concat' ? read : sequenceLength);
  const passAt = (from: number, count: number): Pass => ({
    ...passOf(config, { count, columns: columns(from + count) }),
    isRecorded: false,
  });
  /** Of a single token that sees all columns there is no mask. */
  const isMasked = (from: number, { S, T }: Pass): boolean => S > 1 || T > from + 1;

  const prompt = passAt(0, promptLength);
  const first = firstEntry(prompt, policy);
  const block = {
    moments: blockForward(autodiffForward, first, { ...DECODER, masked: isMasked(0, prompt) }),
    times: model.layers,
  };
  const prefill = fullest(around(prompt, [block], [], isMasked(0, prompt), sequenceLength), ledger);

  const entries = (pass: Pass): ByComponent => ({ attention: model.layers * entry(pass, pass.TK) });
  const token = { head: batch.size * INT32_BYTES };
  if (promptLength === sequenceLength) return { prefill, decode: plus(entries(prompt), token), cache: entries(prompt) };

  // Joined, a cache is largest with the last token; of full length, all steps but the last have a mask.
  const from = policy === 'concat' ? sequenceLength - 1 : promptLength;
  const pass = passAt(from, 1);
  const before = entry(pass, pass.TK - (policy === 'concat' ? batch.size * model.keyValueHeads * model.headSize : 0));
  const next = nextEntry(pass, policy);
  const places = policy === 'concat' ? 0 : placesBytes(pass);
  const stack = { ...DECODER, masked: isMasked(from, pass) };
  const gone = freed('attention', before);
  const others = { moments: [...blockForward(autodiffForward, next, stack), gone], times: model.layers - 1 };
  const withPlaces = withPlacesMade(next, places);
  const blocks = [once([...blockForward(autodiffForward, withPlaces, stack), gone]), others];
  const there = once([made('attention', model.layers * before), made('head', token.head)]);
  const fullestStep = around(pass, blocks, [freed('attention', places)], stack.masked, sequenceLength);
  const decode = fullest([there, ...fullestStep], ledger);
  return { prefill, decode, cache: entries(pass) };
}

/** The first block makes the places, and leaves them. */
function withPlacesMade(pass: Pass, bytes: number): Pass {
  const { cache } = pass;
  if (cache === null || bytes === 0) return pass;
  return { ...pass, cache: { extend: [made('attention', bytes), ...cache.extend], left: cache.left + bytes } };
}

/** `afterwards`: what goes when the stack is done. */
function around(
  pass: Pass,
  blocks: readonly Stretch[],
  afterwards: readonly Moment[],
  isMasked: boolean,
  length: number,
): Stretch[] {
  const { model, widths, S, N, host } = pass;
  const B = N / S;
  const last = made('head', B * model.hiddenSize * widths.stream, host * 2 * 3 * INT32_BYTES); // of each sequence
  return [
    once(windowForward(pass, length, isMasked)),
    once(embeddingForward(autodiffForward, pass)),
    ...blocks,
    once([...(pass.pre ? autodiffForward.normalization(pass) : []), ...afterwards]),
    once([
      ...(S > 1 ? [last] : []),
      ...headForward(autodiffForward, { ...pass, N: B }),
      made('head', B * INT32_BYTES, host * INT32_BYTES), // the likeliest
      made('head', 0, host * 2 * INT32_BYTES), // in another shape
    ]),
  ];
}
