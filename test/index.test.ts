import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('the package can be imported by its name and loads neither a device nor the command line', () => {
  const code = `
    const { ESTIMATORS, resolveConfig } = await import('memproof');
    const { activations } = ESTIMATORS.find(({ id }) => id === 'tfjs-closed-form').predict(resolveConfig({}));
    console.log(activations.kind, globalThis._tfengine === undefined);`;
  const root = fileURLToPath(new URL('..', import.meta.url));
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: root, encoding: 'utf8' });
  expect(output.trim()).toBe('bytes true');
});
