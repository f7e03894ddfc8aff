/** The page's one script: functions of browser/ as they are, called with what the page holds. */
import { configurations } from './browser/configurations.ts';
import { element } from './browser/element.ts';
import { plain } from './browser/plainText.ts';
import { scoreboard } from './browser/scoreboard.ts';
import { timelines } from './browser/timelines.ts';
import { unpack } from './browser/unpack.ts';

/** Without a `<` that could end the element. */
export const pageScript = (): string => {
  const named = Object.entries({ unpack, plain, element, scoreboard, configurations, timelines });
  const functions = named.map(([name, code]) => `const ${name} = ${code};`);
  const script = `(async () => {
${functions.join('\n')}
const data = JSON.parse((await unpack('memproof-page')).join(''));
scoreboard(data, element);
configurations(data, unpack, plain, element);
timelines(data, plain);
document.documentElement.dataset.ready = 'yes';
})();`;
  if (/<\/script|<!--/i.test(script)) throw new Error('the script of the page would end itself');
  return script;
};
