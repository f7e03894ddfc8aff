/** What only formulas know: how a model is spread over devices, and experts. Not part of a configuration, nor of its id. */
import { z } from 'zod';

const degree = z
  .int()
  .positive()
  .max(2 ** 20);

export const deploymentSchema = z.strictObject({
  /** Tensor, pipeline and data parallel degrees. */
  tensorParallel: degree.default(1),
  pipelineParallel: degree.default(1),
  dataParallel: degree.default(1),
  /** Layer norms and dropout split along the sequence over the tensor parallel devices (Korthikanti et al. 2022). */
  sequenceParallel: z.boolean().default(false),
  /** ZeRO (Rajbhandari et al. 2020): optimizer state, gradients, weights divided over the data parallel devices. */
  zeroStage: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]).default(0),
  /** What lies in the host's memory. */
  offload: z.enum(['none', 'optimizer', 'optimizer-and-weights']).default('none'),
  /** Nodes over which the devices are spread. */
  nodes: degree.default(1),
  /** Feed-forward networks of a block of which a token uses `expertsPerToken`; 1 is a dense model. */
  experts: degree.default(1),
  expertsPerToken: degree.default(1),
  expertParallel: degree.default(1),
});

export type Deployment = z.infer<typeof deploymentSchema>;

/** One device, a dense model: what memproof itself builds. */
export const ONE_DEVICE: Deployment = deploymentSchema.parse({});
