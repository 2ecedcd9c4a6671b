const exitCodes = 'Exit codes: 0 done; 1 the work failed, stderr says why; 2 wrong usage.';

const examples = (...lines: readonly string[]): string =>
  ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n');

/** What stands below the options in the help of `memvisor` and of each command. */
export const afterHelp = {
  memvisor: [
    examples(
      'memvisor encode notes/ --out memory.mp4',
      'memvisor search memory.mp4 "What did we decide about backups?"',
    ),
    '',
    exitCodes,
  ].join('\n'),
  encode: examples(
    'memvisor encode notes/ report.pdf --out memory.mp4',
    'memvisor encode notes/ --out memory.mkv --codec lossless --meta year=2024',
    'git log | memvisor encode - --out history.mp4',
  ),
  search: examples(
    'memvisor search memory.mp4 "What did we decide about backups?"',
    'memvisor search memory.mp4 "mail/*.mp4" "Who signed?" -k 3   # several as one',
    'memvisor search memory.mp4 "growth" --source report.pdf --range page=3..5',
  ),
  verify: [
    examples('memvisor verify memory.mp4'),
    '',
    'Exit code 1 where a frame can not be read or the index says something else.',
  ].join('\n'),
  recover: examples(
    'memvisor recover memory.mp4                            # makes memory.mvx anew',
    'memvisor recover memory.mp4 --out texts --texts-only',
  ),
  convert: examples(
    'memvisor convert memvid.mp4 --out memory.mp4           # from memvid v1',
    'memvisor convert memory.mp4 --format json --out memvid.mp4',
  ),
  serve: examples('memvisor serve videos/                  # then open the address that it prints'),
  info: examples('memvisor info memory.mp4'),
} as const;
