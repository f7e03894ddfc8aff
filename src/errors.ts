/** Errors with a code of the catalogue. They cross the border between processes as JSON and come back as the same error. */
import { CATALOGUE, type ExitCode } from './errorCatalogue.ts';

export { EXIT, type ExitCode } from './errorCatalogue.ts';

export type ErrorCode = keyof typeof CATALOGUE;
export const ERROR_CODES = Object.keys(CATALOGUE) as ErrorCode[];

type NamesIn<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type Parameters_<Code extends ErrorCode> = Record<
  NamesIn<(typeof CATALOGUE)[Code]['message']> | NamesIn<(typeof CATALOGUE)[Code]['remedy']>,
  string | number
>;

const fill = (text: string, parameters: Record<string, string | number>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(parameters[name] ?? `{${name}}`));

/** What an error looks like between processes and in records. */
export interface ErrorJson {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
}

export class MemproofError extends Error {
  override readonly name = 'MemproofError';
  readonly code: ErrorCode;
  readonly remedy: string;

  constructor(json: ErrorJson, options?: ErrorOptions) {
    super(json.message, options);
    this.code = json.code;
    this.remedy = json.remedy;
  }

  get exitCode(): ExitCode {
    return CATALOGUE[this.code].exit;
  }

  toJSON(): ErrorJson {
    return { code: this.code, message: this.message, remedy: this.remedy };
  }
}

/** Makes the error of that code. `throw fail('E_NOT_JSON', { file, detail })`. */
export function fail<Code extends ErrorCode>(
  code: Code,
  parameters: Parameters_<Code>,
  cause?: unknown,
): MemproofError {
  const { message, remedy } = CATALOGUE[code];
  const json = { code, message: fill(message, parameters), remedy: fill(remedy, parameters) };
  return new MemproofError(json, cause === undefined ? undefined : { cause });
}

/** Any thrown thing as a `MemproofError`; what is not one of ours is an internal error that keeps its stack as cause. */
export function toMemproofError(error: unknown): MemproofError {
  if (error instanceof MemproofError) return error;
  return fail('E_INTERNAL', { detail: error instanceof Error ? error.message : String(error) }, error);
}
