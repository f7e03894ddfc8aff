/**
 * The machine-made parts of docs/estimators.md: one block per formula set, right below its heading, and the table of all sets. What stands
 * outside the markers is written by hand and stays. Pure: the same sets and text give the same page.
 */

const END = '<!-- end of generated -->';
const begin = (name) => `<!-- generated: ${name} (npm run docs:estimators) -->`;

/**
 * @param text the page as it is
 * @param estimators every formula set
 * @param tools `{ keyTable, deploymentKeys, isIgnored, groundOf, plain, changedKeys }` of memproof
 */
export function page(text, estimators, tools) {
  let result = replaceBlock(text, 'all', table(estimators));
  for (const estimator of estimators) result = withSection(result, estimator, section(estimator, tools));
  return result;
}

/** A set without a section gets one at the end; a section without a block gets it below its heading. */
function withSection(text, { id }, body) {
  if (text.includes(begin(id))) return replaceBlock(text, id, body);
  const heading = `## ${id}\n`;
  const whole = text.includes(`\n${heading}`) ? text : `${text.trimEnd()}\n\n${heading}`;
  return whole.replace(`\n${heading}`, () => `\n${heading}\n${begin(id)}\n${body}${END}\n`);
}

function replaceBlock(text, name, body) {
  const start = text.indexOf(begin(name));
  if (start < 0) throw new Error(`docs/estimators.md has no block "${begin(name)}"`);
  const end = text.indexOf(END, start);
  if (end < 0) throw new Error(`the block "${begin(name)}" has no end`);
  return `${text.slice(0, start)}${begin(name)}\n${body}${text.slice(end)}`;
}

const code = (name) => `\`${name}\``;
const list = (names) => names.map(code).join(' ');

const table = (estimators) => ['| id | predicts | ledgers |', '|---|---|---|', ...estimators.map(row), ''].join('\n');

const row = ({ id, predicts }) =>
  `| [${code(id)}](#${id}) | ${list(predicts.map(({ quantity }) => quantity))} | ${list(ledgersOf(predicts))} |`;

const ledgersOf = (predicts) => [...new Set(predicts.flatMap(({ ledgers }) => ledgers))];

function section(estimator, tools) {
  const { title, source, predicts, assumptions } = estimator;
  const version = source.url === undefined ? source.version : `${source.url}, ${source.version}`;
  const lines = [
    `${title}.`,
    '',
    `- **Source.** ${source.citation}. ${version}.`,
    `- **Compared with.** ${list(predicts.map(({ quantity }) => quantity))} in ${list(ledgersOf(predicts))}.`,
    `- **Ground.** ${ground(estimator, tools)}`,
    '',
    ...(assumptions.length === 0
      ? ['It assumes nothing.']
      : [
          '| assumes | |',
          '|---|---|',
          ...assumptions.map(({ id, statement }) => `| ${code(id)} | ${cell(statement)} |`),
        ]),
    '',
    ...keys(estimator, tools),
    '',
  ];
  return lines.join('\n');
}

const cell = (text) => text.replaceAll('|', '\\|');

/** From a plain configuration (every key at its default) to the nearest one that meets the assumptions. */
function ground(estimator, { plain, changedKeys, groundOf }) {
  const { assumptions } = estimator;
  const { config, unmet } = groundOf(estimator, plain);
  const changes = changedKeys(plain, config).map(([path, value]) => code(`${path}=${value}`));
  const how = changes.length === 0 ? 'a configuration with every key at its default' : `${changes.join(' ')}`;
  if (unmet.length === 0) return `${changes.length === 0 ? 'Is' : 'Can be built, with'} ${how}.`;
  const statements = unmet.map((id) => `${code(id)} (${assumptions.find((each) => each.id === id)?.statement})`);
  return `None: no configuration that can be built meets ${statements.join(', ')}. The nearest is ${how}.`;
}

function keys(estimator, { keyTable, deploymentKeys, isIgnored }) {
  const standings = keyTable(estimator);
  const modelled = standings.filter((standing) => standing.modelled);
  const assumed = standings.filter((standing) => standing.assumed !== null);
  const ignored = standings.filter(isIgnored);
  const spread = deploymentKeys(estimator);
  return [
    '| key | |',
    '|---|---|',
    `| modelled | ${list(modelled.map(({ path }) => path)) || '–'} |`,
    `| assumed | ${assumed.map(assumption).join('; ') || '–'} |`,
    `| ignored | ${list(ignored.map(({ path }) => path)) || '–'} |`,
    `| spread by | ${list(spread) || 'nothing: one device'} |`,
    ...Object.entries(estimator.ignores ?? {}).map(
      ([path, sentence]) => `| why not ${code(path)} | ${cell(sentence)} |`,
    ),
  ];
}

const assumption = ({ path, assumed, derivedAs }) => {
  if (derivedAs !== null) return `${code(path)} = ${derivedAs}`;
  return `${code(path)} ${assumed.map(String).join(', ')}`;
};
