import type { Machine } from '../runtime/machine.js';
import type { EmbedderMeasured, MainThreadMeasured, MemoryMeasured } from './measure.js';

/** All that a report tells; what was not measured is `undefined`. */
export interface Report {
  readonly machine: Machine;
  readonly command: string;
  readonly memory: MemoryMeasured | undefined;
  readonly mainThread: readonly MainThreadMeasured[];
  readonly embedder: readonly EmbedderMeasured[];
}

/** A target beside what was measured in this run. */
export interface Verdict {
  readonly target: string;
  readonly measured: string;
  readonly met: boolean;
}

export const judge = ({ memory, mainThread, embedder }: Report): Verdict[] => {
  const verdicts: Verdict[] = [];
  const add = (target: string, measured: string, met: boolean) => verdicts.push({ target, measured, met });
  if (memory !== undefined) {
    const { peakTreeMb, largestFileMb, videoMb, indexMb, megabytesPerSecond } = memory;
    add('peak RSS of all processes together < 600 MB', `${peakTreeMb.toFixed(0)} MB`, peakTreeMb < 600);
    // The outputs grow under temporary names; a file beyond them would be larger than both.
    const output = Math.max(videoMb, indexMb);
    add(
      'no temporary file bigger than the output',
      `${largestFileMb.toFixed(1)} MB, output ${output.toFixed(1)} MB`,
      largestFileMb <= output * 1.001,
    );
    add('lossless, test embedder: text, MB/s ≥ 1', megabytesPerSecond.toFixed(2), megabytesPerSecond >= 1);
  }
  for (const { codec, embedder: model, delay, calls } of mainThread.filter(
    (one) => one.embedder === 'default',
  )) {
    const what = `4 builds at once (${codec}, ${model} model)`;
    add(`${what}: event-loop delay p99 ≤ 10 ms`, `${delay.p99.toFixed(1)} ms`, delay.p99 <= 10);
    add(`${what}: a call to another process p99 ≤ 10 ms`, `${calls.p99.toFixed(1)} ms`, calls.p99 <= 10);
  }
  const longest = embedder.at(-1);
  if (longest !== undefined)
    add(
      `whole pipeline ≥ 90 % of the embedder's own throughput (${kilobytes(longest)} of text, start included)`,
      percent(shareOf(longest)),
      shareOf(longest) >= 0.9,
    );
  return verdicts;
};

const kilobytes = ({ textBytes }: EmbedderMeasured): string => `${(textBytes / 1e3).toFixed(0)} KB`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** The build's throughput as a share of the embedder's. */
const shareOf = ({ embedderSeconds, buildSeconds }: EmbedderMeasured): number =>
  embedderSeconds / buildSeconds;

/** What the longer text takes beyond the shorter one: the start and the end of a build fall out. */
const beyondStart = (embedder: readonly EmbedderMeasured[]): EmbedderMeasured | undefined => {
  const [short, long] = [embedder.at(0), embedder.at(-1)];
  if (short === undefined || long === undefined || short === long) return undefined;
  return {
    textBytes: long.textBytes - short.textBytes,
    embedderSeconds: long.embedderSeconds - short.embedderSeconds,
    buildSeconds: long.buildSeconds - short.buildSeconds,
  };
};

const embedderRows = ({ embedder }: Report): string[][] => {
  if (embedder.length === 0) return [];
  const row = (name: string, one: EmbedderMeasured) => [
    name,
    one.embedderSeconds.toFixed(2),
    one.buildSeconds.toFixed(2),
    percent(shareOf(one)),
  ];
  const rest = beyondStart(embedder);
  return [
    ['text', 'embedder alone, s', 'whole build, s', "share of the embedder's throughput"],
    ...embedder.map((one) => row(kilobytes(one), one)),
    ...(rest === undefined ? [] : [row(`the last ${kilobytes(rest)}, start and end left out`, rest)]),
  ];
};

const verdictRows = (report: Report): string[][] => [
  ['target', 'measured', ''],
  ...judge(report).map(({ target, measured, met }) => [target, measured, met ? 'met' : 'NOT met']),
];

const memoryRows = ({ memory }: Report): string[][] =>
  memory === undefined
    ? []
    : [
        ['seconds', 'main process, MB', 'all processes, MB'],
        ...memory.samples.map(({ at, mainMb, treeMb }) => [
          at.toFixed(0),
          mainMb.toFixed(0),
          treeMb.toFixed(0),
        ]),
        ['peak', memory.peakMainMb.toFixed(0), memory.peakTreeMb.toFixed(0)],
      ];

const threadRows = ({ mainThread }: Report): string[][] =>
  mainThread.length === 0
    ? []
    : [
        [
          '4 builds at once',
          'embedder',
          'text MB/s',
          'delay p50 / p99 / max, ms',
          'call p50 / p99 / max, ms',
        ],
        ...mainThread.map(({ codec, embedder, megabytesPerSecond, delay, calls }) => [
          codec,
          embedder,
          megabytesPerSecond.toFixed(2),
          [delay.p50, delay.p99, delay.max].map((value) => value.toFixed(1)).join(' / '),
          [calls.p50, calls.p99, calls.max].map((value) => value.toFixed(1)).join(' / '),
        ]),
      ];

const tables = (report: Report): string[][][] =>
  [verdictRows(report), memoryRows(report), threadRows(report), embedderRows(report)].filter(
    (rows) => rows.length > 0,
  );

export const asText = (report: Report): string =>
  tables(report)
    .map((rows) => rows.map((row) => row.join(' · ')).join('\n'))
    .join('\n\n');

const table = ([head = [], ...body]: readonly string[][]): string =>
  [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');

export const asMarkdown = (report: Report): string => {
  const { machine, command, memory, embedder } = report;
  const parts = [
    '# Pipeline',
    `Written by \`${command}\` on ${machine.date}: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.os}; load ${machine.load} at the start, ${machine.loadAtEnd} at the end. On a busy machine times say little by themselves; sizes do not depend on it.`,
    table(verdictRows(report)),
  ];
  if (memory !== undefined)
    parts.push(
      '## Memory and files',
      `One build of ${(memory.textBytes / 1e6).toFixed(0)} MB of text, \`lossless\`, with the test embedder, in ${memory.seconds.toFixed(0)} s (${memory.megabytesPerSecond.toFixed(2)} MB/s): a video of ${memory.videoMb.toFixed(1)} MB and an index of ${memory.indexMb.toFixed(1)} MB. All files together, the outputs included, never took more than ${memory.filesMb.toFixed(1)} MB. Resident memory, looked at four times a second; pages that processes share are counted in each:`,
      table(memoryRows(report)),
    );
  if (report.mainThread.length > 0)
    parts.push(
      '## The main thread',
      'How long it is from one tick of a timer of 2 ms to the next (`monitorEventLoopDelay`, which gives 2.1 ms where nothing is late), and a call to another process every 5 ms, while four encoders build, their start included. The default model runs in processes of its own, as an encoder starts them; the test embedder (`hash`) computes on the main thread, so that its row is a harder case than real use.',
      table(threadRows(report)),
    );
  if (embedder.length > 0)
    parts.push(
      '## The embedder',
      'The default model, open and warm in both: alone, and in a build with its start (threads, ffmpeg, the index) and its end. The same chunks in the same batches, medians of three in turns.',
      table(embedderRows(report)),
    );
  return `${parts.join('\n\n')}\n`;
};
