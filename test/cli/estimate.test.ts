import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { memproof, temporaryFolder, writeJson } from './memproof.ts';

const GPT2 = [
  '--preset',
  'gpt2-small',
  '--set',
  'model.vocabularySize=50304',
  '--set',
  'batch.size=12',
  '--set',
  'batch.sequenceLength=1024',
];

function estimateJson(...args: string[]) {
  const { stdout, stderr, exitCode } = memproof('estimate', ...args, '--json');
  expect([exitCode, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

const bytesOf = (answer: ReturnType<typeof estimateJson>, estimator: string, quantity: string): number[] => [
  ...new Set<number>(
    answer.predictions
      .filter(
        (row: { estimator: string; quantity: string }) => row.estimator === estimator && row.quantity === quantity,
      )
      .map((row: { bytes: number }) => row.bytes),
  ),
];

test('GPT-2 small at batch 12: the published numbers', () => {
  const answer = estimateJson(...GPT2);
  expect(answer.parameterCount).toBe(124_475_904);
  expect(answer.parameterCounts).toMatchObject({ 'rees-2023': 124_373_760, 'article-as-printed': 123_651_072 });
  expect(bytesOf(answer, 'rees-2023', 'activations')).toEqual([18_713_935_872]);
  expect(bytesOf(answer, 'rees-2023', 'steady')).toEqual([2_040_311_808]);
  expect(bytesOf(answer, 'rees-2023', 'backward-peak')).toEqual([23_226_789_888]);
  expect(bytesOf(answer, 'article-as-printed', 'activations')).toEqual([5_898_240_000]);
  expect(bytesOf(answer, 'article-as-printed', 'steady')).toEqual([1_978_515_456]);
  expect(bytesOf(answer, 'article-as-printed', 'step-peak')).toEqual([10_349_297_664]);
  expect(bytesOf(answer, 'korthikanti-2022', 'activations')).toEqual([15_429_795_840]);
});

test('what cannot be run is estimated', () => {
  const external = estimateJson(...GPT2, '--set', 'runtime.backend=external', '--set', 'model.attention=fused');
  expect(external.configuration).toMatchObject({ runtime: { backend: 'external' }, model: { attention: 'fused' } });
  expect(bytesOf(external, 'deepspeed-zero2', 'steady')).toEqual([20 * 124_475_904]);
  expect(bytesOf(external, 'tfjs-closed-form', 'weights')).toEqual([null]);
});

test.each([
  ['none', 12_910_067_712],
  ['selective', 3_850_371_072],
  ['block', 226_492_416],
])('Korthikanti, recomputation %s: layers and extras apart', (checkpointing, layers) => {
  const answer = estimateJson(
    ...GPT2,
    '--set',
    `step.checkpointing=${checkpointing}`,
    '--estimator',
    'korthikanti-2022',
  );
  const extras = 2_519_728_128;
  for (const { bytes, components } of answer.predictions) {
    expect(bytes).toBe(layers + extras);
    expect(components.embedding + components.head + components.loss).toBe(extras);
  }
});

test('formulas answer as published whatever the precision; it only decides the match', () => {
  const [float32, mixed] = ['float32', 'mixed-float16'].map((precision) =>
    estimateJson(...GPT2, '--set', `step.precision=${precision}`, '--estimator', 'korthikanti-2022'),
  );
  expect(mixed.predictions[0].bytes).toBe(float32.predictions[0].bytes);
  expect(mixed.predictions[0].violatedAssumptions).not.toEqual(float32.predictions[0].violatedAssumptions);
});

test('every prediction has its keys, and the parts add up', () => {
  const { configuration, predictions } = estimateJson(...GPT2);
  expect(configuration.model.headSize).toBe(64);
  for (const row of predictions) {
    expect(Object.keys(row)).toEqual(
      expect.arrayContaining([
        'estimator',
        'quantity',
        'ledger',
        'bytes',
        'components',
        'match',
        'violatedAssumptions',
      ]),
    );
    const sum = Object.values<number>(row.components).reduce((total, part) => total + part, 0);
    if (row.bytes !== null)
      expect([row.estimator, row.quantity, sum]).toEqual([row.estimator, row.quantity, row.bytes]);
  }
});

test('a grid is a list of answers; the terminal shows them without JSON', () => {
  expect(estimateJson('--set', 'model.layers=1,2')).toHaveLength(2);
  const { stdout } = memproof('estimate', '--preset', 'gpt2-small', '--unit', 'GiB');
  expect(stdout).toContain('activations');
  expect(stdout).toMatch(/rees-2023 +\d+ +[\d.]+ GiB/);
  expect(stdout).not.toContain('undefined');
});

test('a second model is said, in the title and by who counts one model only', () => {
  const distilled = ['--set', 'step.teacher=outside', '--estimator', 'tfjs-closed-form', '--estimator', 'rees-2023'];
  const { stdout } = memproof('estimate', '--preset', 'gpt2-small', ...distilled);
  expect(stdout).toContain('V50257 teacher outside L24 H768, adam, float32');
  expect(stdout).toMatch(/rees-2023: [^:]*one-model/); // it may be on the next line
});

test('every formula side by side, sorted, with the spread', () => {
  const { quantities, predictions, estimators } = estimateJson(...GPT2);
  for (const { quantity, sorted, smallestBytes, largestBytes, ratio } of quantities) {
    const bytes = sorted.map((row: { bytes: number }) => row.bytes);
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
    const [smallest = null, largest = null] = [bytes.at(0), bytes.at(-1)]; // of inference nothing is said here
    expect([smallestBytes, largestBytes, ratio]).toEqual([smallest, largest, smallest && largest / smallest]);
    for (const row of sorted) expect(bytesOf({ predictions }, row.estimator, quantity)).toEqual([row.bytes]);
  }
  const knows = Object.fromEntries(estimators.map((row: Record<string, unknown>) => [row['estimator'], row['knows']]));
  expect(knows).toMatchObject({
    'article-as-printed': { logits: true, heads: false, optimizer: false },
    'article-rules-of-thumb': { logits: false, heads: false, optimizer: false },
    'korthikanti-2022': { logits: true, heads: true, optimizer: false },
    'tfjs-closed-form': { logits: true, heads: true, optimizer: true },
  });
});

test('--csv is a row for every formula, quantity and ledger', () => {
  const { predictions, estimators } = estimateJson(...GPT2);
  const { stdout, stderr } = memproof('estimate', ...GPT2, '--csv');
  const rows: Record<string, string>[] = parse(stdout, { columns: true });
  expect(stderr).toBe('');
  expect(
    rows.map(({ estimator, quantity, ledger, predicted_bytes }) => [estimator, quantity, ledger, predicted_bytes]),
  ).toEqual(
    predictions.map(({ estimator, quantity, ledger, bytes }: Record<string, unknown>) => [
      estimator,
      quantity,
      ledger,
      String(bytes ?? ''),
    ]),
  );
  const rees = estimators.find((row: { estimator: string }) => row.estimator === 'rees-2023');
  expect(rows.find(({ estimator }) => estimator === 'rees-2023')).toMatchObject({
    'model.vocabularySize': '50304',
    'deployment.tensorParallel': '1',
    parameters: '124373760',
    knows_logits: String(rees.knows.logits),
    violated_assumptions: rees.violatedAssumptions.join(';'),
  });
});

test.each([
  ['gpt2-xl', ['--preset', 'gpt2-xl', '--set', 'step.precision=mixed-bfloat16']],
  [
    'a model that closed forms know nothing of',
    ['--preset', 'llama-3-8b', '--deploy', 'tensorParallel=8', '--deploy', 'zeroStage=3'],
  ],
])('a terminal has 80 columns: %s', (_name, args) => {
  const { stdout } = memproof('estimate', ...args);
  for (const line of stdout.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
});

test('a formula of one device does not match eight', () => {
  const args = ['estimate', '--preset', 'gpt2-small', '--deploy', 'tensorParallel=8', '--json'];
  const { estimators } = JSON.parse(memproof(...args).stdout);
  const standing = (id: string) => {
    const { match, violatedAssumptions, ignoresDeployment } = estimators.find(
      ({ estimator }: { estimator: string }) => estimator === id,
    );
    return { match, isAssumed: violatedAssumptions.includes('one-device'), ignoresDeployment };
  };
  expect(standing('tfjs-closed-form')).toEqual({ match: 'away', isAssumed: true, ignoresDeployment: true });
  expect(standing('megatron-theoretical-memory')).toMatchObject({ isAssumed: false, ignoresDeployment: false });
});

test('a config.json of Hugging Face; what cannot be said is on stderr', () => {
  const file = writeJson(temporaryFolder(), 'config.json', {
    model_type: 'mistral',
    hidden_size: 64,
    intermediate_size: 160,
    num_attention_heads: 8,
    num_hidden_layers: 2,
    num_key_value_heads: 2,
    vocab_size: 100,
    sliding_window: 4096,
  });
  const { stdout, stderr, exitCode } = memproof('estimate', '--hf-config', file, '--set', 'model.layers=3', '--json');
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/^memproof: note: sliding_window: /);
  expect(JSON.parse(stdout).configuration.model).toMatchObject({
    layers: 3,
    keyValueHeads: 2,
    headSize: 8,
    normalization: 'rms-norm',
  });
  expect(memproof('estimate', '--hf-config', file, '-q').stderr).toBe('');
});
