/** A configuration's steps without TensorFlow: what each ledger would read, to the byte. */
import type { RunConfig } from '../config/schema.ts';
import type { TimelineEvent } from '../ledgers/timeline.ts';
import type { Stretch } from './layerCuts.ts';
import { type Session, type SimulatedReadings, withSession } from './session.ts';

export interface Simulation {
  readonly readings: SimulatedReadings;
  /** Calls of TensorFlow's operations. */
  readonly operations: number;
}

export interface SimulationOptions {
  /** From the first. */
  readonly steps: number;
  /** Gets every request and return. */
  readonly onEvent?: (event: TimelineEvent) => void;
}

/** Builds the model and runs its first steps on shapes alone. One at a time in a process. */
export function simulate(config: RunConfig, { steps, onEvent }: SimulationOptions): Simulation {
  const run = (session: Session): Simulation => {
    for (let step = 1; step <= steps; step++) session.step();
    return { readings: session.readings, operations: session.operations };
  };
  return withSession(config, run, onEvent);
}

/** A step like every later one. */
export interface SteadyStep extends Simulation {
  /** Its number, in the names of its marks. */
  readonly step: number;
  /** Of that step, if it was to be cut. */
  readonly stretches: readonly Stretch[];
}

export interface SteadyOptions {
  /** The step is marked wherever it comes to another block, too. */
  readonly cut?: boolean;
}

/** Some optimizers make their state in the first step; from the second on every step is like every other. */
const STEADY_STEP = 2;

/**
 * One step like every later one. What a first step leaves is made without it, and looked at: a step that does not leave everything as it
 * found it is followed by another, and one that shows that more was made than a first step would have is run again from the beginning.
 */
export const steadyStep = (config: RunConfig, options: SteadyOptions = {}): SteadyStep =>
  prepared(config, options) ?? fromTheFirst(config, options);

const prepared = (config: RunConfig, options: SteadyOptions): SteadyStep | null =>
  withSession(config, (session) => {
    session.prepare();
    session.step(options);
    if (!session.leftAllAsItWas()) session.step(options);
    return session.leftAllAsItWas() && session.usedAllThatWasPrepared() ? told(session) : null;
  });

const fromTheFirst = (config: RunConfig, options: SteadyOptions): SteadyStep =>
  withSession(config, (session) => {
    for (let step = 1; step < STEADY_STEP; step++) session.step();
    session.step(options);
    return told(session);
  });

const told = ({ readings, operations, steps, stretches }: Session): SteadyStep => ({
  ...{ readings, operations, stretches },
  step: steps,
});
