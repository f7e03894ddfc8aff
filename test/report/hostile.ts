/** Text that somebody else wrote, of the worst kind, in every place where a report shows such text. */
import { type Judgement, judge } from '../../src/accuracy/judge.ts';
import { exampleEstimator } from '../accuracy/exampleEstimator.ts';
import { externalRecord } from '../records/exampleExternal.ts';
import {
  exampleConfig,
  exampleEnvironment,
  exampleReading,
  measuredRecord,
  unmeasuredRecord,
} from '../records/exampleRecord.ts';

export const HOSTILE = [
  '</script></details><img src=x onerror=alert(1)>',
  `a "quoted" and 'quoted' name`,
  'a|b||c',
  'a\\|<img src=x onerror=alert(1)>\\\\|b',
  'in `code` and ```fence```',
  'one\nline\r\n::error title=x::not ours\n##[error]nor this',
  '\u001b[31mred\u001b[0m \u001b]0;title\u0007 \u009b2J',
  'family 👩‍👩‍👧 ok',
  'abc\u202egnp.exe \u2066x\u2069',
  '=cmd|\u0027/c calc\u0027!A0',
  '@everyone [here](javascript:alert(1)) ![x](http://example.org/x.png) #1 $x^2$ <b>&lt;</b>',
  '\t=1+1',
] as const;

/** `text` in the titles and words of a formula, in numbers of others, in messages of records, in the name of a device. */
export function judgementWith(text: string): Judgement {
  const external = externalRecord({
    framework: { name: text, version: text },
    device: { label: text, evidence: 'measured' },
    conditions: { [text]: text },
    provenance: { citation: text, file: text, line: 2 },
  });
  const measured = measuredRecord([exampleReading(1000, { peak: { phase: 'backward', kernel: text } })], {
    environment: { ...exampleEnvironment, device: { kind: 'cpu', name: text, uuid: null } },
    git: { commit: null, dirty: false, reason: text },
    unavailable: [{ ledger: 'process', reason: text }],
    notes: [text],
  });
  const [failed, skipped, exhausted] = (['failed', 'skipped', 'out-of-memory'] as const).map((outcome, index) => {
    const record = unmeasuredRecord(outcome, exampleConfig({ batch: { size: index + 2 } }));
    if (record.outcome === 'failed') return { ...record, error: { ...record.error, message: text } };
    if (record.outcome === 'skipped') return { ...record, reason: text };
    return { ...record, allocation: { ...record.allocation, message: text, kernel: text, phase: text } };
  });
  const formula = exampleEstimator({
    title: text,
    source: { citation: text, url: text, version: text },
    assumptions: [{ id: text, statement: text, holds: () => false }],
  });
  const records = [external, measured, failed, skipped, exhausted].flatMap((record) => record ?? []);
  return judge(records, [formula]);
}
