/** How the numbers were obtained, where, and which assumptions did not hold. */
import type { Methods } from '../methods.ts';
import { html, type Markup } from './markup.ts';
import { left, right, table } from './table.ts';

/** Sentences, then a table of the environments and one of the violated assumptions. */
export function environments({ facts, statements, violations }: Methods): Markup {
  const rows = facts.environments.map(({ device, driver, cuda, tensorflow, tfjs, node, platform, records }) => [
    ...[`${device.name} (${device.kind})`, driver ?? '–', cuda ?? '–', tensorflow ?? '–'],
    ...[tfjs, node, platform, records],
  ]);
  const head = ['device', 'driver', 'CUDA', 'TensorFlow', 'tfjs', 'Node', 'platform'].map(left);
  const violated = violations.map(({ estimator, assumption, statement, configIds, ofConfigurations }) => [
    ...[estimator, assumption, statement, `${configIds.length} of ${ofConfigurations}`],
  ]);
  const count = new Set(violations.map(({ estimator }) => estimator)).size;
  return html`${statements.map(({ text }) => html`<p>${text}</p>`)}
${rows.length === 0 ? null : table('Environments', [...head, right('records')], rows)}
${
  violated.length === 0
    ? null
    : html`<details><summary>Assumptions that do not hold on compared configurations, of ${count} formulas</summary>${table(
        'Assumptions that do not hold',
        [left('formula'), left('assumption'), left('in words'), right('configurations')],
        violated,
      )}</details>`
}`;
}
