/** The words of `--format` for reports that are one document. Apart from the reports: the command line knows them at once. */
export const DOCUMENT_FORMATS = ['md', 'json', 'github'] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];
