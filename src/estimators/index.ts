/** Every formula set, from the article to the exact ones. A new set joins here. */
import { articleAsPrinted } from './article/article-as-printed.ts';
import { articleCorrected } from './article/article-corrected.ts';
import { articleRulesOfThumb } from './article/article-rules-of-thumb.ts';
import type { Estimator } from './estimator.ts';
import { allocatorModel } from './exact/allocator-model.ts';
import { pytorchEager } from './exact/pytorch-eager.ts';
import { shapeEngine } from './exact/shape-engine.ts';
import { tfjsClosedForm } from './exact/tfjs-closed-form.ts';
import { tfjsInferenceClosedForm } from './exact/tfjs-inference-closed-form.ts';
import { accelerateEstimateMemory } from './literature/accelerate-estimate-memory.ts';
import { acceleratePlusTwentyPercent } from './literature/accelerate-plus-twenty-percent.ts';
import { bricken2022 } from './literature/bricken-2022.ts';
import { deepspeedZero2 } from './literature/deepspeed-zero2.ts';
import { deepspeedZero2Before5099 } from './literature/deepspeed-zero2-before-5099.ts';
import { deepspeedZero3 } from './literature/deepspeed-zero3.ts';
import { determinedActMem2 } from './literature/determined-act-mem-2.ts';
import { eleutherCookbook } from './literature/eleuther-cookbook.ts';
import { eleutherTransformerMath } from './literature/eleuther-transformer-math.ts';
import { gpuPoor } from './literature/gpu-poor.ts';
import { kipplyKvCache } from './literature/kipply-kv-cache.ts';
import { korthikanti2022 } from './literature/korthikanti-2022.ts';
import { llmAnalysisInfer } from './literature/llm-analysis-infer.ts';
import { llmAnalysisTrain } from './literature/llm-analysis-train.ts';
import { llmViewer } from './literature/llm-viewer.ts';
import { megatronTheoreticalMemory } from './literature/megatron-theoretical-memory.ts';
import { plusTwentyPercent } from './literature/plus-twenty-percent.ts';
import { rees2023 } from './literature/rees-2023.ts';
import { ultrascalePlaybook } from './literature/ultrascale-playbook.ts';
import { vramCalculator } from './literature/vram-calculator.ts';
import { zeroInfinityActivations } from './literature/zero-infinity-activations.ts';

export const ESTIMATORS: readonly Estimator[] = [
  articleAsPrinted,
  articleRulesOfThumb,
  articleCorrected,
  accelerateEstimateMemory,
  acceleratePlusTwentyPercent,
  bricken2022,
  deepspeedZero2Before5099,
  deepspeedZero2,
  deepspeedZero3,
  determinedActMem2,
  eleutherCookbook,
  eleutherTransformerMath,
  gpuPoor,
  kipplyKvCache,
  korthikanti2022,
  llmAnalysisInfer,
  llmAnalysisTrain,
  llmViewer,
  megatronTheoreticalMemory,
  plusTwentyPercent,
  rees2023,
  ultrascalePlaybook,
  vramCalculator,
  zeroInfinityActivations,
  tfjsClosedForm,
  tfjsInferenceClosedForm,
  pytorchEager,
];

/** Sets that run the step to predict it. They take their time, so they judge only where they are asked for by name. */
export const SIMULATORS: readonly Estimator[] = [shapeEngine, allocatorModel];

/** Those that know every byte where their assumptions hold; what they say of TensorFlow comes first. */
export const EXACT_ESTIMATORS: readonly Estimator[] = [
  tfjsClosedForm,
  tfjsInferenceClosedForm,
  ...SIMULATORS,
  pytorchEager,
];

export const findEstimator = (id: string): Estimator | undefined =>
  [...ESTIMATORS, ...SIMULATORS].find((estimator) => estimator.id === id);
