/** Leads the shims of a pack to the CUDA 13 wheels that are installed where it was unpacked. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The library that shows which folder is meant, and where the link to that folder goes under deps/nvidia. */
const LINKS = [
  { library: 'libcublas.so.13', link: 'installed/cublas' },
  { library: 'libcufft.so.12', link: 'installed/cufft' },
  { library: 'libcusparse.so.12', link: 'cusparse/lib' },
  { library: 'libcudnn.so.9', link: 'cudnn/lib' },
];

/** Whole folders, because a library finds its neighbours from the folder through which it was opened. Returns a line per library. */
export function linkCuda(nvidia, sitePackages = askPython()) {
  if (sitePackages === null) return ['no site-packages with nvidia/ is known: the shims lead nowhere'];
  const folders = wheelFolders(join(resolve(sitePackages), 'nvidia'));
  return LINKS.map(({ library, link }) => {
    const folder = folders.find((candidate) => existsSync(join(candidate, library)));
    if (folder === undefined) return `${library}: not in ${join(sitePackages, 'nvidia')}`;
    mkdirSync(dirname(join(nvidia, link)), { recursive: true });
    rmSync(join(nvidia, link), { force: true }); // of an earlier time
    symlinkSync(folder, join(nvidia, link));
    return `${library}: ${folder}`;
  });
}

/** nvidia/<library>/lib, and in the wheels of CUDA 13 nvidia/cu13/lib for most of them together. */
function wheelFolders(nvidia) {
  if (!existsSync(nvidia)) return [];
  return readdirSync(nvidia).map((name) => join(nvidia, name, 'lib'));
}

const QUESTION = `
import importlib.util, os
found = importlib.util.find_spec("nvidia")
print(os.path.dirname(list(found.submodule_search_locations)[0]) if found else "")
`;

function askPython() {
  try {
    const answer = execFileSync('python3', ['-c', QUESTION], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return answer.trim() || null;
  } catch {
    return null; // there is no Python, which is no mistake
  }
}
