/** What each set makes of attention in one kernel, as read in its source: each of them is here once. */
import { describe, expect, it } from 'vitest';
import { obstacles } from '../../src/config/buildable.ts';
import { groundOf, matchOf, violatedAssumptions } from '../../src/estimators/estimator.ts';
import { ESTIMATORS } from '../../src/estimators/index.ts';
import { keyTable } from '../../src/estimators/keyTable.ts';
import { determinedActMem2 } from '../../src/estimators/literature/determined-act-mem-2.ts';
import { eleutherTransformerMath } from '../../src/estimators/literature/eleuther-transformer-math.ts';
import { korthikanti2022 } from '../../src/estimators/literature/korthikanti-2022.ts';
import { llmAnalysisInfer } from '../../src/estimators/literature/llm-analysis-infer.ts';
import { TINY, withKeys } from './sample.ts';

const IGNORED = { modelled: false, assumed: null };
const ASSUMED_UNFUSED = { modelled: false, assumed: ['unfused'] };

const ASSUMED_FUSED = { modelled: false, assumed: ['fused'] };
const MODELLED = { modelled: true, assumed: null };

const STANDINGS: Readonly<Record<string, { modelled: boolean; assumed: readonly string[] | null }>> = {
  'article-as-printed': ASSUMED_UNFUSED,
  'article-corrected': ASSUMED_UNFUSED,
  'bricken-2022': ASSUMED_UNFUSED,
  'eleuther-cookbook': ASSUMED_UNFUSED,
  'eleuther-transformer-math': ASSUMED_UNFUSED,
  'gpu-poor': ASSUMED_UNFUSED,
  'korthikanti-2022': ASSUMED_UNFUSED,
  'rees-2023': ASSUMED_UNFUSED,
  'tfjs-closed-form': ASSUMED_UNFUSED,
  'tfjs-inference-closed-form': ASSUMED_UNFUSED,
  'vram-calculator': ASSUMED_UNFUSED,
  'zero-infinity-activations': ASSUMED_UNFUSED,
  'determined-act-mem-2': ASSUMED_FUSED,
  'llm-analysis-infer': ASSUMED_FUSED,
  'llm-analysis-train': MODELLED,
  'llm-viewer': MODELLED,
  'pytorch-eager': MODELLED,
  'ultrascale-playbook': MODELLED,
  'accelerate-estimate-memory': IGNORED,
  'accelerate-plus-twenty-percent': IGNORED,
  'article-rules-of-thumb': IGNORED,
  'deepspeed-zero2': IGNORED,
  'deepspeed-zero2-before-5099': IGNORED,
  'deepspeed-zero3': IGNORED,
  'kipply-kv-cache': IGNORED,
  'megatron-theoretical-memory': IGNORED,
  'plus-twenty-percent': IGNORED,
};

describe('model.attention', () => {
  it.each(ESTIMATORS.map((estimator) => [estimator.id, estimator] as const))('%s', (id, estimator) => {
    const standing = keyTable(estimator).find(({ path }) => path === 'model.attention');
    expect(standing).toMatchObject(STANDINGS[id] ?? { 'is not in the list above': id });
  });

  const fused = { model: { attention: 'fused' } } as const;

  it('fused takes away a ground that was whole, and the ground leads back to what can be built', () => {
    const ground = groundOf(korthikanti2022, TINY).config;
    expect(matchOf(korthikanti2022, ground)).toBe('matched');
    const changed = withKeys(ground, fused);
    expect(violatedAssumptions(korthikanti2022, changed)).toEqual(['unfused']);
    expect(matchOf(korthikanti2022, changed)).toBe('away');
    expect(groundOf(korthikanti2022, changed)).toEqual({ config: ground, unmet: [] });
    expect(obstacles(ground)).toEqual([]);
  });

  it.each([
    ['determined-act-mem-2', determinedActMem2, 'fused-attention'],
    ['llm-analysis-infer', llmAnalysisInfer, 'flash-attention'],
  ] as const)(
    '%s: what is built comes near, and what another framework ran has its ground',
    (_id, estimator, assumption) => {
      const { config, unmet } = groundOf(estimator, TINY);
      expect(unmet).toContain(assumption);
      expect(config.model.attention).toBe('unfused');
      expect(matchOf(estimator, config)).toBe('nearest');
      const external = withKeys(config, { ...fused, runtime: { backend: 'external' } });
      expect(violatedAssumptions(estimator, external)).toEqual(unmet.filter((id) => id !== assumption));
    },
  );

  it('is assumed of training alone where only that has scores', () => {
    const inference = withKeys(TINY, { ...fused, step: { kind: 'inference' } });
    const training = withKeys(TINY, fused);
    expect(violatedAssumptions(eleutherTransformerMath, training)).toContain('unfused');
    expect(violatedAssumptions(eleutherTransformerMath, inference)).not.toContain('unfused');
  });
});
