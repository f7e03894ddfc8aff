/** What is fit to measure may still measure something else: who else is on the GPU, and in which mode it is. */
import { formatBytes } from '../../units/bytes.ts';
import { type Finding, note, ok, skipped, warning } from './finding.ts';
import type { Probed } from './probe.ts';
import type { NvmlDevice, NvmlFacts } from './probes/nvml.ts';

export function neighbourFindings(nvml: Probed<NvmlFacts> | null): Finding[] {
  const device = nvml !== null && 'facts' in nvml ? nvml.facts.device : null;
  if (device === null)
    return ['other-processes', 'mig', 'ecc'].map((id) => skipped(id, 'NVML says nothing of the GPU'));
  return [processesFinding(device), migFinding(device), eccFinding(device)];
}

function processesFinding({ processes }: NvmlDevice): Finding {
  if (processes.length === 0) return ok('other-processes', 'No other process that is visible from here uses the GPU.');
  const each = processes.map(
    ({ pid, usedBytes }) => `${pid}${usedBytes === null ? '' : ` (${formatBytes(usedBytes)})`}`,
  );
  return warning('other-processes', {
    fact: `${processes.length === 1 ? 'Another process uses' : `${processes.length} other processes use`} the GPU: ${each.join(', ')}.`,
    cause: 'They take memory from every limit that is measured, and time from every step.',
    remedy: 'End them or use another GPU. Bytes of the ledgers do not depend on them, except `process`.',
  });
}

function migFinding({ mig, uuid }: NvmlDevice): Finding {
  const isInstance = uuid.startsWith('MIG-');
  const later = mig !== null && mig.on !== mig.onAfterRestart ? ' It changes at the next reset of the GPU.' : '';
  if (isInstance || mig?.on) {
    return warning('mig', {
      fact: `The GPU is split into instances (MIG).${later}`,
      cause: 'Memory and multiprocessors are those of one instance: limits and times are not those of the GPU.',
      remedy: isInstance
        ? 'Compare only with the same kind of instance.'
        : 'Name one instance (`nvidia-smi -L`) in CUDA_VISIBLE_DEVICES, and compare only with the same kind.',
    });
  }
  if (mig === null) return ok('mig', 'The GPU is not one that can be split (MIG).');
  return (later === '' ? ok : note)('mig', `The GPU is whole (MIG is off).${later}`);
}

function eccFinding({ ecc, uncorrectedErrors }: NvmlDevice): Finding {
  if (uncorrectedErrors !== null && uncorrectedErrors > 0) {
    return warning('ecc', {
      fact: `The memory of the GPU had ${uncorrectedErrors} errors since the driver was loaded that could not be corrected.`,
      cause: 'Its hardware is failing; values may be wrong and processes end.',
      remedy: 'Reset the GPU (`nvidia-smi -r`); if errors come back use another one.',
    });
  }
  if (ecc === null) return ok('ecc', 'The memory of the GPU has no error correction to be switched (ECC).');
  if (ecc.on !== ecc.onAfterRestart)
    return note(
      'ecc',
      `Error correction of the GPU's memory (ECC) is ${ecc.on ? 'on' : 'off'}; it changes at the next reset.`,
    );
  if (ecc.on) return ok('ecc', "Error correction of the GPU's memory (ECC) is on, without errors.");
  return warning('ecc', {
    fact: "Error correction of the GPU's memory (ECC) is off.",
    cause: 'A flipped bit goes unnoticed; on some GPUs more memory is free than with it, so limits differ.',
    remedy: 'Switch it on (`nvidia-smi -e 1`, then reset), or compare only with GPUs where it is off.',
  });
}
