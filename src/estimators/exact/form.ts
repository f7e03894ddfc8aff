/** The two forms that the operations of a model have (src/model/tools.ts), and the tape of each. */
import type { RunConfig } from '../../config/schema.ts';
import type { Prediction } from '../estimator.ts';
import { autodiff } from './autodiff/backward/index.ts';
import { tape, tapeToLogits } from './autodiff/tape.ts';
import type { Operations } from './backward/operations.ts';
import type { ByComponent } from './byComponent.ts';
import { minimal } from './minimal/backward/index.ts';
import { minimalTape, minimalTapeToLogits } from './minimal/tape.ts';

export interface Form {
  /** Backward, and with it forward. */
  readonly operations: Operations;
  tape(config: RunConfig): Prediction;
  /** Without the loss. */
  tapeToLogits(config: RunConfig): ByComponent;
}

const FORMS: Readonly<Record<RunConfig['step']['savedTensors'], Form>> = {
  autodiff: { operations: autodiff, tape, tapeToLogits },
  minimal: { operations: minimal, tape: minimalTape, tapeToLogits: minimalTapeToLogits },
};

export const formOf = ({ step }: RunConfig): Form => FORMS[step.savedTensors];
