import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { openLocalEmbedder } from '@memvisor/embedding';
import { passagesOf } from '@memvisor/retriever';
import {
  Archives,
  type ArchivesAnswer,
  type ArchivesNotOpened,
  type ArchivesOptions,
  describeArchivesFailure,
  describeReport,
} from '@memvisor/retriever/archives';
import { DynamicSupervisor } from '@memvisor/supervisor';
import { CommandFailure, wrongUsage } from '../failure.js';
import { retrievers, startReaderTree } from '../reader-tree.js';
import { print, printable, printableJson } from '../terminal.js';
import { reportForPeople, type SearchCommandOptions, type SearchReport } from './search.js';
import { filterOf } from './search-filter.js';
import { isPattern } from './video-pattern.js';

/** Results of several archives as `--json` gives them. */
export type SearchManyReport = Omit<ArchivesAnswer, 'milliseconds'> &
  Pick<SearchReport, 'passages' | 'milliseconds'>;

/** `memvisor search` with several videos or a pattern: answers one question from all of them as from one. */
export const searchManyCommand = async (
  videos: readonly string[],
  query: string,
  options: SearchCommandOptions,
): Promise<void> => {
  if (query.trim() === '') throw wrongUsage('The question is empty. Ask something.');
  if (options.index !== undefined)
    throw wrongUsage('--index names the index of one video. Several have theirs beside them.');
  const word = videos.find((video) => extname(video) === '' && !isPattern(video) && !existsSync(video));
  if (word !== undefined)
    throw wrongUsage(`There is no video ${word}. A question of several words is put in quotes.`);
  const started = performance.now();
  const tree = await startReaderTree();
  try {
    const answer = await ask(videos, query, options, started);
    // The rest has answered, so the work is done; but nobody shall believe that it was asked of all.
    for (const one of answer.archives)
      if (!one.ok) process.stderr.write(`memvisor: left out: ${printable(describeReport(one))}\n`);
    await print(options.json === true ? printableJson(answer) : forPeople(answer));
  } finally {
    await tree.stop();
  }
};

const ask = async (
  archives: readonly string[],
  query: string,
  options: SearchCommandOptions,
  started: number,
): Promise<SearchManyReport> => {
  const { k, mode, diversity, ffmpeg } = options;
  let opening: ReturnType<typeof openLocalEmbedder> | undefined;
  const embedder =
    mode === 'lexical'
      ? undefined
      : () => {
          opening ??= openLocalEmbedder();
          return opening;
        };
  try {
    const pid = await openArchives({
      archives,
      ...(embedder === undefined ? {} : { embedder }),
      ...(ffmpeg === undefined ? {} : { ffmpegPath: ffmpeg }),
    });
    const loaded = performance.now();
    const filter = filterOf(options);
    const answer = await Archives.search(pid, query, {
      k,
      mode,
      diversity,
      ...(filter === undefined ? {} : { filter }),
    });
    if (!answer.ok) throw new CommandFailure(describeArchivesFailure(answer.failure));
    const { milliseconds, ...found } = answer.value;
    const load = loaded - started;
    const total = milliseconds.total + load + started;
    const joined = options.passages === true ? { passages: passagesOf(found.results) } : {};
    return { ...found, ...joined, milliseconds: { start: started, load, ...milliseconds, total } };
  } finally {
    const opened = await opening;
    if (opened?.ok === true) await opened.embedder.close();
  }
};

const openArchives = async (options: ArchivesOptions) => {
  const spec = Archives.childSpec(options, { restart: 'temporary' });
  const started = await DynamicSupervisor.startChild(retrievers, spec);
  if (started.ok && started.pid !== undefined) return started.pid;
  const reason =
    'reason' in started ? (started.reason as { readonly detail?: ArchivesNotOpened }) : undefined;
  if (reason?.detail?.kind === 'archives_not_opened') throw new CommandFailure(reason.detail.message);
  throw new Error(`the archives did not start: ${JSON.stringify(started)}`);
};

const forPeople = (report: SearchManyReport): string =>
  reportForPeople(
    report,
    report.archives.flatMap((one) =>
      one.ok && one.notice !== undefined ? [`${one.archive}: ${one.notice}`] : [],
    ),
  );
