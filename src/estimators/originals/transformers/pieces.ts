/** Fields and pieces that the library's models share. */
import { z } from 'zod';
import { Refused, type Values } from '../../original.ts';
import { leaf, type Module } from '../moduleTree.ts';

/** Layers, widths, heads: whole numbers, as the library's configurations check. */
export const size = z.int().min(0);
export const optionalSize = size.nullable().default(null);
export const flag = (value: boolean) => z.boolean().default(value);
export const paddingId = (value: number | null) => z.int().nullable().default(value);

/** One architecture: what its configuration becomes, as children of the model. */
export interface Architecture {
  /** `AutoModel`: without a head. */
  base(config: Values): readonly Module[];
  languageModel(config: Values): readonly Module[];
  /** The classes that give `languageModel`. */
  readonly languageModelClasses: readonly string[];
}

export const CAUSAL: readonly string[] = ['AutoModelForCausalLM'];

/** A head without bias; where it is tied, its weight is the embedding's and counted there. */
export const head = (width: number, vocabulary: number, tied: boolean): Module =>
  leaf('lm_head', tied ? 0 : width * vocabulary);

/** Throws `Refused` where the padding token is none of the rows. */
export function embedding(name: string, rows: number, columns: number, padding: number | null = null): Module {
  if (padding !== null && (padding >= 0 ? padding > 0 && padding >= rows : -padding > rows))
    throw new Refused('Padding_idx must be within num_embeddings');
  return leaf(name, rows * columns);
}

/** Throws `Refused` where heads cannot share the width. */
export function checkHeads(width: number, heads: number) {
  if (width % heads !== 0) throw new Refused(`the hidden size (${width}) is not a multiple of the number of heads`);
}
