import { existsSync } from 'node:fs';
import { extname } from 'node:path';
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
import { questionOf, reportOf, withModel } from './question.js';
import { reportForPeople, type SearchCommandOptions, type SearchReport } from './search.js';
import { type FilterOptions, filterNotices } from './search-filter.js';
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
    await print(options.json === true ? printableJson(answer) : forPeople(answer, options));
  } finally {
    await tree.stop();
  }
};

const ask = (
  archives: readonly string[],
  query: string,
  options: SearchCommandOptions,
  started: number,
): Promise<SearchManyReport> =>
  withModel(options, async (given) => {
    const { ffmpeg } = options;
    const pid = await openArchives({
      archives,
      ...given,
      ...(ffmpeg === undefined ? {} : { ffmpegPath: ffmpeg }),
    });
    const loaded = performance.now();
    const answer = await Archives.search(pid, query, questionOf(options));
    if (!answer.ok) throw new CommandFailure(describeArchivesFailure(answer.failure));
    return reportOf(answer.value, options, { started, loaded });
  });

const openArchives = async (options: ArchivesOptions) => {
  const spec = Archives.childSpec(options, { restart: 'temporary' });
  const started = await DynamicSupervisor.startChild(retrievers, spec);
  if (started.ok && started.pid !== undefined) return started.pid;
  const reason =
    'reason' in started ? (started.reason as { readonly detail?: ArchivesNotOpened }) : undefined;
  if (reason?.detail?.kind === 'archives_not_opened') throw new CommandFailure(reason.detail.message);
  throw new Error(`the archives did not start: ${JSON.stringify(started)}`);
};

const forPeople = (report: SearchManyReport, options: FilterOptions): string =>
  reportForPeople(report, [
    ...filterNotices(options, report.results),
    ...report.archives.flatMap((one) =>
      one.ok && one.notice !== undefined ? [`${one.archive}: ${one.notice}`] : [],
    ),
  ]);
