/** What LLM-Viewer itself answers or refuses (hahnyuan/LLM-Viewer@472f71f, run) where the golden vectors do not reach. */
import { expect, test } from 'vitest';
import { Refused, type Values } from '../../../src/estimators/original.ts';
import { llmViewerOriginal } from '../../../src/estimators/originals/llm-viewer.ts';

const GPT_J = {
  config_file: 'configs/gpt-j-6B.py',
  hardware: 'nvidia_A100_80G',
  model_params: { n_embd: 64, num_attention_heads: 4, num_hidden_layers: 2, vocab_size: 128 },
};
const CHAT = {
  w_quant: 'FP16',
  a_quant: 'FP16',
  kv_quant: 'FP16',
  seq_length: 32,
  batch_size: 2,
  use_flashattention: false,
  gen_length: 0,
  stage: 'chat',
};
const memory = (answer: Values, stage: string) => (answer[stage] as Record<string, number>)['memory_consumption'];

test('a diffusion transformer has no head, and four widths unless it says otherwise', () => {
  const model_params = { depth: 2, hidden_size: 64, num_heads: 4 };
  const answer = llmViewerOriginal.run({
    ...GPT_J,
    config_file: 'configs/DiT.py',
    model_params,
    seqlen: 32,
    batchsize: 2,
  });
  expect(memory(answer, 'prefill')).toBe(466944); // as Llama's with F = 256
  expect((answer['prefill'] as { per_op: Values }).per_op).not.toHaveProperty('lm_head');
});

test('a chat of no token is prefill', () => {
  const chat = llmViewerOriginal.run({ ...GPT_J, inference_config: CHAT });
  const alone = llmViewerOriginal.run({ ...GPT_J, seqlen: 32, batchsize: 2 });
  expect(memory(chat, 'chat')).toBe(memory(alone, 'prefill'));
});

test('a form sends numbers as text, and any number of bits', () => {
  const texts = { ...CHAT, seq_length: '32', batch_size: '2', gen_length: '0', w_quant: '16bit' };
  expect(llmViewerOriginal.run({ ...GPT_J, inference_config: texts })).toEqual(
    llmViewerOriginal.run({ ...GPT_J, inference_config: CHAT }),
  );
});

test.each([
  ['no tokens', { seqlen: 0, batchsize: 2 }],
  ['activations of no bits', { seqlen: 32, batchsize: 2, a_bit: 0 }],
  [
    '8 bits on a processor without a peak for them',
    { hardware: 'intel_13900k', seqlen: 32, batchsize: 2, w_bit: 8, a_bit: 8 },
  ],
  ['unknown hardware', { hardware: 'nvidia_B200', seqlen: 32, batchsize: 2 }],
  ['an unknown file', { config_file: 'configs/mixtral.py', seqlen: 32, batchsize: 2 }],
  ['a model without what the file reads', { config_file: 'configs/Llama.py', seqlen: 32, batchsize: 2 }],
  ['32-bit types in a chat', { inference_config: { ...CHAT, w_quant: 'FP32' } }],
  [
    "GPT-J's graph with flash attention, which names what was not analysed",
    { inference_config: { ...CHAT, use_flashattention: true } },
  ],
  ['a chat of fewer than no tokens', { inference_config: { ...CHAT, gen_length: -1 } }],
])('refuses %s', (_what, change) => {
  expect(() => llmViewerOriginal.run({ ...GPT_J, ...change })).toThrow(Refused);
});
