/** When a line of TensorFlow's log was written. 2.18 has a prefix of its own; in 2.21 all of TensorFlow logs through Abseil. */

const SECOND_US = 1e6;
const DAY_SECONDS = 24 * 60 * 60;

/**
 * Microseconds of the day, or null if the line has no prefix that we know.
 *
 *     2026-11-25 03:40:01.123456: I tensorflow/…     tsl/platform/default/logging.cc
 *     I1125 03:40:01.123456    6473 log_memory.cc…   absl/log/internal/log_format.cc
 *     I0000 00:00:1795595861.123456    6473 log_…    the same before absl::InitializeLog(): all of Unix time where the seconds belong
 */
export function timeOf(line: string): number | null {
  const [, hours, minutes, seconds, micros] =
    /^(?:\d{4}-\d\d-\d\d|[IWEF]\d{4}) (\d\d):(\d\d):(\d\d|\d{9,})\.(\d{6})[: ]/.exec(line) ?? [];
  if (hours === undefined) return null;
  const ofDay = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) % DAY_SECONDS;
  return ofDay * SECOND_US + Number(micros);
}
