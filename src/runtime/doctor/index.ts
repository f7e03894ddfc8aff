/**
 * Is this machine fit to measure on a device, and if not, why not: one finding per fact, each with its remedy, in the order in which a cause
 * comes before its effects. Nothing is changed. What a finding needs and is not there makes it `skipped`, never a guess.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MemproofError, toMemproofError } from '../../errors.ts';
import { chooseDevice, chooseWheel, type DeviceChoice } from '../choice.ts';
import { runtimeFolder } from '../folder.ts';
import { type CheckedLibrary, canCheckCudaLibraries, checkCudaLibraries } from '../loaderCheck.ts';
import { asyncFinding, bfcFinding, poolFinding, shellFinding } from './allocator.ts';
import { architectureFinding } from './architecture.ts';
import { askDriver } from './askDriver.ts';
import { type LibraryFacts, libraryFindings } from './cudaLibraries.ts';
import { findableFiles } from './findable.ts';
import { asNote, type Finding, fatal } from './finding.ts';
import { machineFindings } from './machine.ts';
import { neighbourFindings } from './neighbours.ts';
import { nodeFindings } from './node.ts';
import { failureWords, patiently } from './patience.ts';
import { probe } from './probe.ts';
import type { NodeFacts } from './probes/node.ts';
import type { TensorflowFacts } from './probes/tensorflow.ts';
import {
  folderFinding,
  installationFinding,
  type LaidOut,
  layOut,
  libraryFinding,
  statisticsFinding,
} from './setUp.ts';
import { type Started, tensorflowFindings } from './tensorflow.ts';

export type { Finding } from './finding.ts';

export interface Diagnosis {
  /** `auto` has become one of these. */
  readonly device: 'cpu' | 'gpu';
  readonly usable: boolean;
  /** In one line: fit, or the first fatal finding and its remedy. */
  readonly headline: string;
  readonly findings: readonly Finding[];
}

/** Rejects with E_INTERRUPTED if `abort` is set; whatever else goes wrong is a finding. */
export async function diagnose(choice: DeviceChoice = 'auto', abort?: AbortSignal): Promise<Diagnosis> {
  const device = chooseDevice(choice);
  const findings = await collect(device, abort);
  const first = findings.find(({ status }) => status === 'fatal');
  const headline = first === undefined ? `fit for ${device}` : `not fit for ${device}: ${first.fact} → ${first.remedy}`;
  return { device, usable: first === undefined, headline, findings };
}

async function collect(device: 'cpu' | 'gpu', abort?: AbortSignal): Promise<Finding[]> {
  const laidOut = layOutFor(device);
  const wheel = laidOut instanceof MemproofError ? null : laidOut.wheel;
  // Each in processes of its own, which wait for disks more than they compute. None of them uses the GPU's memory; TensorFlow does, so it
  // comes when the driver has said who uses the GPU.
  const [node, driver, libraries, setUp] = await Promise.all([
    probe<NodeFacts>('node', [], { abort }),
    askDriver(abort),
    libraryFacts(laidOut, abort),
    laidOut instanceof MemproofError ? [unbuilt(laidOut)] : setUpFindings(laidOut, abort),
  ]);
  const { started, startedAsync } = await startTensorflow(device, obstacleOf(laidOut, setUp), abort);
  const ofGpu = (findings: readonly Finding[]): Finding[] => (device === 'gpu' ? [...findings] : findings.map(asNote));
  return [
    ...machineFindings(wheel),
    ...nodeFindings(node),
    folderFinding(runtimeFolder()),
    ...setUp,
    ...ofGpu(driver.findings),
    ...ofGpu(libraryFindings(libraries)),
    ...ofGpu([architectureFinding(wheel?.version ?? '', driver.cuda)]),
    ...tensorflowFindings(device, started),
    shellFinding(process.env),
    bfcFinding(device, started),
    ...ofGpu([asyncFinding(startedAsync), poolFinding(startedAsync)]),
    ...ofGpu(neighbourFindings(driver.nvml)),
  ];
}

/** Its device decides whether it is started once more, with the other allocator of a GPU. */
async function startTensorflow(device: 'cpu' | 'gpu', obstacle: string | null, abort?: AbortSignal) {
  const start = (allocator: 'bfc' | 'cuda_malloc_async'): Promise<Started> =>
    probe<TensorflowFacts>('tensorflow', [device, allocator], { patienceMs: START_PATIENCE_MS, abort });
  const started: Started = obstacle === null ? await start('bfc') : { reason: obstacle };
  const noGpu = device === 'cpu' ? 'it is for a GPU' : usesGpu(started) ? null : 'TensorFlow does not use the GPU';
  const startedAsync: Started = noGpu === null ? await start('cuda_malloc_async') : { reason: noGpu };
  return { started, startedAsync };
}

const usesGpu = (started: Started): boolean => 'facts' in started && started.facts.device === 'gpu';

/** A new GPU's first process compiles kernels, for minutes in the worst case. */
const START_PATIENCE_MS = 10 * 60_000;

/** Why TensorFlow is not even started. */
function obstacleOf(laidOut: LaidOut | MemproofError, setUp: readonly Finding[]): string | null {
  if (laidOut instanceof MemproofError || laidOut.problem !== null) return 'TensorFlow is not set up';
  return setUp.some(({ id, status }) => id === 'library' && status === 'fatal') ? 'TensorFlow does not load' : null;
}

/** The build for the device, as it lies there; an error if the selected TensorFlow has none. */
function layOutFor(device: 'cpu' | 'gpu'): LaidOut | MemproofError {
  try {
    return layOut(chooseWheel(device));
  } catch (error) {
    return toMemproofError(error);
  }
}

const unbuilt = ({ message, remedy }: MemproofError): Finding => fatal('installation', { fact: message, remedy });

async function setUpFindings(laidOut: LaidOut, abort?: AbortSignal): Promise<Finding[]> {
  return [installationFinding(laidOut), await libraryFinding(laidOut, abort), await statisticsFinding(laidOut, abort)];
}

async function libraryFacts(laidOut: LaidOut | MemproofError, abort?: AbortSignal): Promise<LibraryFacts> {
  const folder = laidOut instanceof MemproofError ? '' : laidOut.folder;
  const checked = await askLoader(laidOut, abort);
  const some = 'reason' in checked ? [] : checked;
  return {
    checked,
    installationFolder: folder,
    setUp:
      'Run `memproof setup --device gpu`, which brings it. Another version under its name would start, and fail or compute something else later.',
    files: some.some(({ error }) => error !== null) ? await findableFiles(folder, abort) : [],
    libraryPath: process.env['LD_LIBRARY_PATH'],
    cudnnPart: await openCudnnPart(some, abort),
  };
}

/** TensorFlow's own check, which works in an incomplete installation too. */
async function askLoader(
  laidOut: LaidOut | MemproofError,
  abort?: AbortSignal,
): Promise<readonly CheckedLibrary[] | { readonly reason: string }> {
  if (laidOut instanceof MemproofError || !existsSync(join(laidOut.folder, 'deps/lib/libtensorflow_framework.so.2')))
    return { reason: 'TensorFlow is not set up' };
  if (laidOut.build === 'cpu') return { reason: 'this build of TensorFlow (cpu) opens none' };
  if (!canCheckCudaLibraries()) return { reason: 'the optional package koffi is not installed' };
  try {
    return await patiently((either) => checkCudaLibraries(laidOut, either), abort);
  } catch (error) {
    return { reason: `TensorFlow could not be asked (${failureWords(error)})` };
  }
}

/** The part of cuDNN 9 that every other one needs, and that needs libz.so.1. */
const CUDNN_PART = 'libcudnn_graph.so.9';

async function openCudnnPart(
  checked: readonly CheckedLibrary[],
  abort?: AbortSignal,
): Promise<LibraryFacts['cudnnPart']> {
  const cudnn = checked.find(({ soname }) => soname.startsWith('libcudnn.so'))?.path;
  const path = cudnn ? join(dirname(cudnn), CUDNN_PART) : null;
  if (path === null || !existsSync(path)) return null;
  return { path, opened: await probe('library', [path], { abort }) };
}
