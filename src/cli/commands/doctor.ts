/** `memproof doctor`: is this machine fit for a device, and if not, why not. */
import { EXIT, type ExitCode } from '../../errors.ts';
import type { DeviceChoice } from '../../runtime/choice.ts';
import { diagnose, type Finding } from '../../runtime/doctor/index.ts';
import { interruptible } from '../interrupt.ts';
import { type Colours, print, printText } from '../terminal.ts';

export interface DoctorFlags {
  readonly device?: DeviceChoice | undefined;
  readonly json: boolean;
  readonly colours: Colours;
}

export async function doctor({ device, json, colours }: DoctorFlags): Promise<ExitCode> {
  const diagnosis = await interruptible((abort) => diagnose(device, abort));
  const { usable, headline, findings } = diagnosis;
  if (json) print(`${JSON.stringify(diagnosis)}\n`);
  else {
    const shown = usable ? colours.green(headline) : colours.red(headline);
    printText(
      `${shown}\n\n${sayOnce(findings)
        .map((finding) => findingText(finding, colours))
        .join('')}`,
    );
  }
  return usable ? EXIT.ok : EXIT.environment;
}

/** The same remedy for several findings, as a driver that is missing, is read once. */
function sayOnce(findings: readonly Finding[]): Finding[] {
  const said = new Set<string>();
  return findings.map((finding) => {
    if (finding.remedy === null || !said.has(finding.remedy)) {
      said.add(finding.remedy ?? '');
      return finding;
    }
    return { ...finding, remedy: 'as above' };
  });
}

function findingText({ status, fact, cause, remedy }: Finding, { green, yellow, red, dim }: Colours): string {
  const sign = {
    ok: green('ok     '),
    note: dim('note   '),
    warning: yellow('warning'),
    fatal: red('fatal  '),
    skipped: dim('skipped'),
  }[status];
  const below = (text: string): string => text.replaceAll('\n', `\n${INDENT}`);
  const [why, then] = [cause === undefined ? [] : [cause], remedy === null ? [] : [`→ ${remedy}`]];
  return `${sign} ${[fact, ...why, ...then].map(below).join(`\n${INDENT}`)}\n`;
}

const INDENT = ' '.repeat(8);
