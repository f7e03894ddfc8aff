/** What DeepSpeed's estimators of ZeRO-2 and ZeRO-3 share: their assumptions, and how a deployment becomes nodes and GPUs. */
import type { RunConfig } from '../../config/schema.ts';
import { keyIs, neverBuilt, ONE_MODEL } from '../assumption.ts';
import type { Deployment } from '../deployment.ts';
import type { Assumption, Estimator } from '../estimator.ts';

export const MODEL_STATES: readonly Assumption[] = [
  keyIs('training', '"params, optim states and gradients": training', 'step.kind', ['training']),
  keyIs('sixteen-bit', 'Parameters and gradients are computed with in 16 bits', 'step.precision', [
    'mixed-float16',
    'mixed-bfloat16',
  ]),
  keyIs(
    'adam',
    '"The optimizer states assume that Adam is used, where 4 bytes per parameter are used by momentum and another 4 by variance"',
    'step.optimizer',
    ['adam', 'adamw', 'adam-per-variable'],
  ),
  keyIs('gradients-kept', 'Gradients are states like parameters and moments: they stay', 'step.gradients', ['kept']),
  neverBuilt(
    'two-copies',
    'Parameters and gradients exist twice, in 16 bits and as "4_params_32bit" and "4_grads_32bit" (here once, in 32 bits)',
  ),
  ONE_MODEL,
];

/** Why neither estimator asks for what becomes of activations: the "Discussion" of docs/code-docs/source/memory.rst says that they come on top. */
export const WITHOUT_ACTIVATIONS: NonNullable<Estimator['ignores']> = {
  'model.dropout':
    'Arguments are numbers of parameters and of devices; what dropout keeps is an activation, and "you will need enough memory to fit activation calculations" besides (docs, "Discussion").',
  'model.attention':
    'Arguments are numbers of parameters and of devices; scores are activations, for which "you will need enough memory" besides (docs, "Discussion").',
  'step.savedTensors':
    '"How much memory is required by model params, gradients and optimizer states. In addition to those you will need enough memory to fit activation calculations" (docs, "Discussion").',
  'step.backward':
    'Counted are parameters, gradients and optimizer states; "any temporary memory for intermediate calculations", which backward frees or not, is needed besides (docs, "Discussion").',
  'step.checkpointing':
    'No activations are counted that could be recomputed: "Activation Memory […] This needs to be completed" (docs).',
};

/** Devices over which ZeRO divides what is divided, as the estimators take them. */
export interface Gpus {
  readonly num_gpus_per_node: number;
  readonly num_nodes: number;
}

/** The data parallel devices, or why the estimator of `stage` says nothing about this deployment. */
export function gpusOf(deployment: Deployment, stage: 2 | 3): Gpus | { readonly reason: string } {
  const { tensorParallel, pipelineParallel, dataParallel, zeroStage, nodes, experts } = deployment;
  if (tensorParallel > 1 || pipelineParallel > 1)
    return { reason: 'The estimator knows data parallel devices, each with the whole model, and no others.' };
  if (experts > 1) return { reason: 'The parameters of experts are not counted.' };
  // On one device there is nothing to divide, whatever the stage: the estimator answers that too.
  if (dataParallel > 1 && zeroStage !== stage) return { reason: `The estimator is about ZeRO stage ${stage}.` };
  if (dataParallel % nodes !== 0) return { reason: 'Each node has as many GPUs as any other.' };
  return { num_gpus_per_node: dataParallel / nodes, num_nodes: nodes };
}

/** The most parameters that one module of the model has itself: an embedding, or a linear layer with its bias. */
export function largestLayerParameters({ model }: RunConfig): number {
  const { hiddenSize: H, feedForwardSize: F, vocabularySize: V } = model;
  const linear = (rows: number, columns: number) => rows * columns + (model.biases ? columns : 0);
  const queries = model.heads * model.headSize;
  const keysAndValues = 2 * model.keyValueHeads * model.headSize;
  return Math.max(
    V * H, // token embedding, or the head
    model.positions === 'learned' ? model.maxPositions * H : 0,
    linear(H, queries + keysAndValues), // one product for queries, keys and values
    linear(queries, H),
    linear(H, F),
    linear(F, H),
  );
}
