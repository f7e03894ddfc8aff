/**
 * The end of unpack.sh, in the pack's own Node: links, then memproof's own doctor, TensorFlow's check of its CUDA libraries, and known
 * answers. The last line says which device was used.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EXIT, problem } from '../bootstrap/problem.mjs';
import { reportProblem } from '../bootstrap.mjs';
import { linkCuda } from './linkCuda.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(dirname(HERE));
const compiled = (path) => import(pathToFileURL(join(ROOT, 'dist', path)).href);
const print = (line) => process.stdout.write(`${line}\n`);

async function afterUnpacking(sitePackages) {
  delete process.env.MEMPROOF_RUNTIME_DIR; // as the launcher does
  const { chooseDevice, chooseWheel } = await compiled('runtime/choice.js');
  const { requireInstallation } = await compiled('runtime/installation.js');
  const hasGpuBuild = readdirSync(join(ROOT, '.runtime')).some((name) => name.endsWith('-gpu'));
  const chosen = hasGpuBuild ? chooseDevice('auto') : 'cpu';
  const installation = requireInstallation(chooseWheel(chosen));
  const pack = JSON.parse(readFileSync(join(installation.folder, 'manifest.json'), 'utf8')).offlinePack;

  print(describePack(installation, pack));
  if (pack.shims.length > 0)
    for (const line of linkCuda(join(installation.folder, 'deps/nvidia'), sitePackages)) print(line);
  consultDoctor();
  if (installation.build === 'gpu') await printLibraries(installation);
  print(await tryOut(chosen, installation, pack));
}

function describePack({ tensorflowVersion, build }, { commit, cuda, arch, shims }) {
  const made = `memproof of ${commit === null ? 'no commit' : commit.slice(0, 12)}; TensorFlow ${tensorflowVersion} (${build})`;
  if (build === 'cpu') return made;
  const shimmed = `shims over CUDA 13: ${shims.join(' ')}`;
  const libraries = { full: 'CUDA 12', cublas: `cuBLAS of CUDA 12, ${shimmed}`, shim: shimmed };
  return `${made}; ${libraries[cuda]}; ${arch === null ? 'all GPU code' : `GPU code for sm_${arch} only`}`;
}

function consultDoctor() {
  const { status } = spawnSync(join(ROOT, 'memproof'), ['doctor'], { stdio: 'inherit' });
  if (status !== 0)
    throw problem('E_DOCTOR', EXIT.environment, '`memproof doctor` found what is fatal.', 'Follow its advice above.');
}

/** What TensorFlow says of each library that it would open for a GPU; this needs none. */
async function printLibraries(installation) {
  const { canCheckCudaLibraries, checkCudaLibraries } = await compiled('runtime/loaderCheck.js');
  if (!canCheckCudaLibraries()) return;
  for (const { soname, path, error } of await checkCudaLibraries(installation)) print(`${soname}: ${path ?? error}`);
}

/** What to print last. Throws E_WRONG_ANSWER, E_GPU_NOT_USED, E_TRIAL_FAILED. */
async function tryOut(chosen, installation, pack) {
  const { absentOfGpu } = await compiled('runtime/nvidia.js');
  const { faults } = await compiled('campaign/smoke.js');
  const smoked = await trial(chosen, pack);
  const { device, answers } = smoked;
  const wrong = faults(smoked);
  if (wrong.length > 0)
    throw problem(
      'E_WRONG_ANSWER',
      1,
      `TensorFlow computes wrongly on ${device.name} (${device.kind}): ${wrong.join('; ')}.`,
      `Do not measure with this pack.${onAnotherGpu(pack)}`,
    );
  const right = `All ${answers.length} known answers are right`;
  if (device.kind === 'gpu') return `${right}; the GPU was used: ${device.name}.`;
  if (chosen === 'gpu')
    throw problem(
      'E_GPU_NOT_USED',
      EXIT.environment,
      `${right}, but the CPU was used although there is a GPU.`,
      `See above which CUDA library was not found; shims want SITE_PACKAGES, the folder with nvidia/.${onAnotherGpu(pack)}`,
    );
  const reason = installation.build === 'cpu' ? 'this pack has the CPU build of TensorFlow' : absentOfGpu();
  return `${right}; the CPU was used, not a GPU: ${reason}.`;
}

/** The campaign's known answers, in a process of their own: its greetings are no findings, and it may die. */
async function trial(chosen, pack) {
  const { smoke } = await compiled('campaign/smoke.js');
  try {
    return await smoke(chosen, 'bfc');
  } catch (error) {
    throw problem(
      'E_TRIAL_FAILED',
      EXIT.environment,
      `The process that computes with TensorFlow failed: ${error.message}`,
      `Do not measure with this pack on this machine; on a GPU, try one made with --cuda full and without --arch.${onAnotherGpu(pack)}`,
    );
  }
}

const onAnotherGpu = ({ arch }) => (arch === null ? '' : ` A pack for sm_${arch} is of no use on another GPU.`);

try {
  await afterUnpacking(process.argv[2]);
} catch (error) {
  process.exitCode = reportProblem(error);
}
