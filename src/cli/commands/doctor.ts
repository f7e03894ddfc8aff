/** `memproof doctor`: is this machine fit, and if not, why not. */
import { EXIT, type ExitCode } from '../../errors.ts';
import { diagnose, type Finding } from '../../runtime/doctor.ts';
import { type Colours, print } from '../terminal.ts';

export async function doctor({ json, colours }: { json: boolean; colours: Colours }): Promise<ExitCode> {
  const findings = await diagnose();
  if (json) print(`${JSON.stringify(findings)}\n`);
  else print(findings.map((finding) => findingText(finding, colours)).join(''));
  return findings.some(({ status }) => status === 'fatal') ? EXIT.environment : EXIT.ok;
}

function findingText({ status, fact, remedy }: Finding, { green, yellow, red }: Colours): string {
  const sign = { ok: green('ok     '), warning: yellow('warning'), fatal: red('fatal  ') }[status];
  return `${sign} ${fact}\n${remedy === null ? '' : `        → ${remedy}\n`}`;
}
