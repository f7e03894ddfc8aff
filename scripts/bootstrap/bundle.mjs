/** The tfjs that shapes run on, in one file of its own: loaded in a quarter of the time, and apart from the tfjs that anyone else loads. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = join(dirname(fileURLToPath(import.meta.url)), 'tfjs');
/** For summaries and downloads, which nobody asks of a step on shapes; they are a third of what would be read. */
const UNUSED = /proto\/api_pb$|^node-fetch$/;

/** Writes `file`. Only after the packages are there. */
export async function bundleTfjs(root, file) {
  const { rolldown } = await import('rolldown');
  const modules = join(root, 'node_modules/@tensorflow');
  const core = join(modules, 'tfjs-core/dist');
  const bundle = await rolldown({
    input: join(SOURCES, 'entry.mjs'),
    platform: 'node',
    plugins: [{ name: 'unused', resolveId: (id) => (UNUSED.test(id) ? '\0unused' : null), load: emptyIfUnused }],
    resolve: {
      alias: {
        '@tensorflow/tfjs-core/dist': core,
        '@tensorflow/tfjs-core': join(core, 'index.js'), // ES2017; what Node would take is ES5, which is slower
        '@tensorflow/tfjs-node-gpu': join(modules, 'tfjs-node-gpu'),
        '@tensorflow/tfjs': join(SOURCES, 'core.cjs'),
        util: join(SOURCES, 'util.cjs'),
      },
    },
  });
  // tfjs keeps its engine and its registries on `global`, so that all copies in a process are one (global_util.ts): this copy is not.
  const intro = 'const global = Object.create(globalThis);';
  const minify = { mangle: false, compress: false, codegen: { removeWhitespace: true } }; // names are for whoever profiles
  await bundle.write({ file, format: 'cjs', intro, minify });
  await bundle.close();
}

const emptyIfUnused = (id) => (id === '\0unused' ? 'module.exports = {};' : null);
