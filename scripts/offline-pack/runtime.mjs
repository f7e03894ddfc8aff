/** The finished runtime folder: the loaded files of one installation, made smaller, with a manifest that is true of them. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pruneFatbins } from './fatbin.mjs';
import { runProgram } from './program.mjs';
import { makeShims } from './shims.mjs';

const CUDA_RUNTIME = 'deps/nvidia/cuda_runtime/';
const CUBLAS = 'deps/nvidia/cublas/';

/** The folders of CUDA 12 that are packed as they are, by `--cuda`, and what their wheels' names begin with. */
const CUDA_KEPT = {
  full: { folders: ['deps/nvidia/'], wheels: ['nvidia-'] },
  cublas: { folders: [CUDA_RUNTIME, CUBLAS], wheels: ['nvidia-cuda-runtime-', 'nvidia-cublas-'] },
  shim: { folders: [CUDA_RUNTIME], wheels: ['nvidia-cuda-runtime-'] },
  none: { folders: [], wheels: [] },
};

/**
 * `statistics` is the folder of our own addon, or null if it could not be built. Without headers: nothing is compiled where the pack goes.
 * Returns what was done to the installation, as the manifest has it.
 */
export async function stageRuntime({
  installation,
  statistics,
  selection,
  commit,
  stage,
  scratch,
  compiler,
  options,
  say,
  abort,
}) {
  const { cuda, arch } = options;
  const runtime = join(stage, '.runtime');
  const place = join(runtime, basename(installation.folder));
  const manifest = JSON.parse(readFileSync(join(installation.folder, 'manifest.json'), 'utf8'));
  const isCuda = (path) => path.startsWith('deps/nvidia/');
  const kept = manifest.files
    .map(({ path }) => path)
    .filter((path) => !isCuda(path) || CUDA_KEPT[cuda].folders.some((folder) => path.startsWith(folder)));

  for (const path of kept) {
    const [from, to] = [join(installation.folder, path), join(place, path)];
    mkdirSync(dirname(to), { recursive: true });
    if (!isCuda(path)) await runProgram('strip', [stripFlag(path), '-o', to, from], { abort });
    else if (arch !== null) copyFileSync(from, to);
    else symlinkSync(from, to); // tar follows it: gigabytes are not copied to be read once
  }
  const shims = await makeShims(cuda, join(place, 'deps/nvidia'), scratch, compiler, abort);
  const files = [...kept, ...shims.map((path) => join('deps/nvidia', path))];
  const blankedBytes = arch === null ? 0 : pruneAll(kept, place, arch, say);

  if (statistics !== null) await stageStatistics(statistics, place, abort);
  if (existsSync(selection)) copyFileSync(selection, join(runtime, basename(selection)));
  const pack = { commit, stripped: true, cuda, shims: shims.map((path) => basename(path)), arch, blankedBytes };
  // Manifests of early installations do not say what they are made of.
  const wheels = manifest.wheels?.filter(
    (wheel) => !wheel.startsWith('nvidia-') || CUDA_KEPT[cuda].wheels.some((name) => wheel.startsWith(name)),
  );
  const sizes = files.map((path) => ({ path, sizeBytes: statSync(join(place, path)).size }));
  writeFileSync(
    join(place, 'manifest.json'),
    `${JSON.stringify({ ...manifest, wheels, files: sizes, offlinePack: pack }, null, 2)}\n`,
  );
  return pack;
}

/** An addon is found by its symbols only if the dynamic ones stay, which --strip-unneeded says more carefully than -s. */
const stripFlag = (path) => (path.endsWith('.node') ? '--strip-unneeded' : '-s');

/** Not the addon of tfjs, which holds no GPU code. */
function pruneAll(paths, place, arch, say) {
  let blankedBytes = 0;
  for (const path of paths.filter((name) => !name.endsWith('.node'))) {
    const counts = pruneFatbins(join(place, path), arch);
    blankedBytes += counts.blankedBytes;
    if (counts.containers > 0) say(`${basename(path)}: ${describe(counts, arch)}`);
  }
  return blankedBytes;
}

const describe = ({ containers, leftWhole, blankedBytes, keptBytes }, arch) =>
  `${containers} containers of GPU code, ${leftWhole} without sm_${arch} left whole; ` +
  `${megabytes(blankedBytes)} blanked, ${megabytes(keptBytes)} kept`;

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

async function stageStatistics({ folder, addon }, place, abort) {
  const to = join(place, basename(folder));
  mkdirSync(to);
  await runProgram('strip', ['--strip-unneeded', '-o', join(to, basename(addon)), addon], { abort });
}
