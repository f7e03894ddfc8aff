/** The name by which a report can be cited: whoever judges the same records with the same memproof gets the same one. */
import { canonicalJson, shortHash } from '../config/configId.ts';
import type { JudgedRecord } from '../records/judged.ts';
import { VERSION } from '../version.ts';

/** Asked for by every format of one report. */
const known = new WeakMap<readonly JudgedRecord[], string>();

/**
 * 12 hex digits of the SHA-256 over the version and the content of all records. Neither the order of the records nor the files that
 * they are spread over change it, and nor does what is shown of them (`--estimator`, `--by`).
 */
export function reportId(records: readonly JudgedRecord[]): string {
  const id = known.get(records) ?? reportIdBy(records, VERSION);
  known.set(records, id);
  return id;
}

/** What the memproof of that `version` calls it. */
export function reportIdBy(records: readonly JudgedRecord[], version: string): string {
  const contents = records.map((record) => shortHash(contentOf(record), 64)).sort();
  return shortHash(canonicalJson({ version, records: contents }));
}

/**
 * A record without what depends on where it was read, or on the schema's age: the configuration is there by its id, so that a key that
 * joins the schema later changes nothing.
 */
function contentOf(record: JudgedRecord): string {
  const { configuration: _, ...content } = record;
  if (content.outcome !== 'external') return canonicalJson(content);
  const { file: _file, line: _line, ...provenance } = content.provenance;
  return canonicalJson({ ...content, provenance });
}
