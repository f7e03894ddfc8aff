/** What TensorFlow writes to stderr, without what is always there and means nothing. */

const HARMLESS = [
  /already been registered/, // three lines, on every machine: cuFFT, cuDNN and cuBLAS register twice
  /All log messages before absl::InitializeLog/,
  /computation_placer already registered/,
];

/** `2026-01-31 12:00:00.123456: W tensorflow/….cc:12] words`, or absl's `W0000 00:00:1769860800.123456 12 file.cc:12] words`. */
const LINE = /^(?:\d{4}-\S+ [\d:.]+: ([IWEF]) |([IWEF])\d{4} [\d:.]+ +\d+ )\S+:\d+\] (.*)$/;

/** These say why at the level of information. */
const REASONS =
  /kernel driver does not appear|does not match DSO|Skipping registering|libcuda reported|kernel reported/;

/** A GPU build looks for GPUs before it is told that none is wanted. */
const OF_GPU = /cuda|cuInit|GPU/i;

/** Warnings, errors, and the reasons for them, once each and without time and place. */
export function messagesThatMatter(stderr: string, device: 'cpu' | 'gpu'): string[] {
  const found = new Set<string>();
  for (const line of stderr.split('\n')) {
    const [, severity, abslSeverity, words = ''] = LINE.exec(line) ?? [];
    const level = severity ?? abslSeverity;
    if (level === undefined || HARMLESS.some((pattern) => pattern.test(line))) continue;
    if (device === 'cpu' && OF_GPU.test(words)) continue;
    if (level !== 'I' || REASONS.test(words)) found.add(words.trim());
  }
  return [...found];
}
