/** As `stepsUnderLog`, with the books kept beside the log: it takes longer, and each byte has its component. */
import type { RunConfig } from '../../src/config/schema.ts';
import { underLog } from '../ledgers/underLog.ts';
import { type Read, thirdSteps } from './manyConfigurations.ts';

export type { Read } from './manyConfigurations.ts';

/** For each configuration, in order: what `requested` reads in its third step, and what each reading is made of. */
export const readingsUnderLog = (configs: readonly RunConfig[]): Read[] =>
  thirdSteps(configs, (script) => {
    const { requested, log } = underLog(script);
    if (log.unknownDeallocations > 0) throw new Error('the log is not complete');
    return requested;
  });
