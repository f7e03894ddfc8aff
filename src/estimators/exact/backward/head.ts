/** Backward through the head. */
import type { Moment } from '../moments.ts';
import type { Pass } from '../pass.ts';
import type { Operations } from './operations.ts';

export function headBackward({ linear }: Operations, pass: Pass): readonly Moment[] {
  const { model, widths } = pass;
  const { hiddenSize: rows, vocabularySize: columns, tiedEmbedding: isTied } = model;
  const input = { width: widths.stream, before: null };
  return linear(pass, 'head', { rows, columns, input, hasBias: false, isTied }).moments;
}
