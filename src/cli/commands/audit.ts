/** `memproof audit`: the article claim by claim, claimed, derived and, where records are given, measured; needs no device. */
import { type Audit, auditArticle } from '../../accuracy/audit/index.ts';
import { EXIT, type ExitCode, fail } from '../../errors.ts';
import { auditCsv } from '../../report/auditCsv.ts';
import { auditMarkdown } from '../../report/auditMarkdown.ts';
import { auditText } from '../../report/auditText.ts';
import type { ByteUnit } from '../../units/bytes.ts';
import { writeWhole } from '../files.ts';
import { type AuditFormat, parseAuditFormats } from '../formats.ts';
import { story } from '../progress.ts';
import { namedFiles, readAllRecords } from '../recordFiles.ts';
import { type Colours, print, printText } from '../terminal.ts';

export interface AuditFlags {
  readonly records: readonly string[];
  readonly format: readonly string[];
  readonly output?: string | undefined;
  readonly unit?: ByteUnit | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly colours: Colours;
}

const RENDERERS: Readonly<Record<AuditFormat, (audit: Audit) => string>> = { csv: auditCsv, md: auditMarkdown };

/** One document on stdout; with a folder the formats are files there and stdout has the text, or the JSON. */
export async function audit(flags: AuditFlags): Promise<ExitCode> {
  const { json, output, unit, colours } = flags;
  const tell = story(flags);
  const formats = parseAuditFormats(flags.format);
  if (output === undefined && formats.length + Number(json) > 1)
    throw fail('E_USAGE', { detail: 'stdout holds one document: several formats, or --json beside one, need -o DIR.' });
  const records = readAllRecords(namedFiles(flags.records), tell);
  const found = auditArticle(records);
  if (flags.records.length > 0 && found.claims.every(({ measured }) => measured === null)) {
    throw fail('E_NOTHING_COMPARED', { detail: `${records.length} records, none that speaks about a claim.` });
  }
  if (output !== undefined && formats.length > 0) {
    const files = formats.map((format) => writeWhole(output, `article-audit.${format}`, RENDERERS[format](found)));
    tell.say(`wrote ${files.join(', ')}`);
  }
  const [format] = output === undefined ? formats : [];
  if (json) print(`${JSON.stringify(found, null, 2)}\n`);
  else if (format === undefined) printText(auditText(found, colours, unit));
  else print(RENDERERS[format](found));
  return EXIT.ok;
}
