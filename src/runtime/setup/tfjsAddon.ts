/** The sources of tfjs's native addon, unmodified, as they lie in its npm package. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export function tfjsAddonSources(): string[] {
  const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json');
  // binding.gyp of tfjs-node-gpu 4.22.0 names these two.
  return ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(dirname(manifest), 'binding', name));
}
