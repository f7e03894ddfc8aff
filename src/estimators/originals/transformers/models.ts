/**
 * What `AutoModel` and `AutoModelForCausalLM` of transformers 5.24.0 make of a configuration: GPT-2, Llama, Mistral, BERT and OPT
 * as trees of modules. Their files read only the fields that decide a size; all others are ignored.
 */
import { Refused, type Values } from '../../original.ts';
import { group, type Module } from '../moduleTree.ts';
import { BERT } from './bert.ts';
import { GPT2 } from './gpt2.ts';
import { OPT } from './opt.ts';
import type { Architecture } from './pieces.ts';
import { LLAMA, MISTRAL } from './rotary.ts';

/** By `model_type`. */
const ARCHITECTURES: ReadonlyMap<string, Architecture> = new Map([
  ['gpt2', GPT2],
  ['llama', LLAMA],
  ['mistral', MISTRAL],
  ['bert', BERT],
  ['opt', OPT],
]);

/** What `autoClass` makes of `config`. Throws `Refused` where it raises, and for architectures that are not among the five. */
export function instantiate(autoClass: string, config: Values): Module {
  const type = String(config['model_type']);
  const architecture = ARCHITECTURES.get(type);
  if (architecture === undefined) throw new Refused(`no model "${type}"`);
  if (autoClass === 'AutoModel') return group('', architecture.base(config));
  if (architecture.languageModelClasses.includes(autoClass)) return group('', architecture.languageModel(config));
  throw new Refused(`no ${autoClass} of "${type}"`);
}
