import {
  citationOf,
  describeRetrieverFailure,
  describeUnreadable,
  type Passage,
  type RetrieverNotOpened,
  RetrieverSupervisor,
  type SearchAnswer,
  type SearchResult,
  type StartRetrieverOptions,
  search,
} from '@memvisor/retriever';
import { CommandFailure } from '../failure.js';
import { retrievers, startReaderTree } from '../reader-tree.js';
import { counted, excerpt, print, printable, printableJson } from '../terminal.js';
import { questionOf, reportOf, withModel } from './question.js';
import { type FilterOptions, filterNotices } from './search-filter.js';
import type { ArchiveOptions } from './shared-options.js';

export interface SearchCommandOptions extends ArchiveOptions, FilterOptions {
  readonly k: number;
  readonly mode: 'hybrid' | 'dense' | 'lexical';
  readonly diversity: number;
  readonly model?: string;
  readonly passages?: boolean;
}

/** `memvisor search`: answers one question from one archive. */
export const searchCommand = async (
  video: string,
  query: string,
  options: SearchCommandOptions,
): Promise<void> => {
  if (query.trim() === '') throw new CommandFailure('The question is empty. Ask something.', 2);
  const started = performance.now();
  const tree = await startReaderTree();
  try {
    const answer = await ask(video, query, options, started);
    await print(options.json === true ? printableJson(answer) : forPeople(answer, options));
  } finally {
    await tree.stop();
  }
};

/** Results as `--json` gives them. */
export type SearchReport = Pick<SearchAnswer, 'query' | 'mode' | 'notice' | 'results'> & {
  /** With `--passages`. */
  readonly passages?: readonly Passage[];
  readonly milliseconds: SearchAnswer['milliseconds'] & {
    /** From the start of Node to that of the command: loading its code. */
    readonly start: number;
    /** Opening archive, index and model. */
    readonly load: number;
  };
};

const ask = (
  video: string,
  query: string,
  options: SearchCommandOptions,
  started: number,
): Promise<SearchReport> =>
  withModel(options, async (given) => {
    const { index, ffmpeg } = options;
    const pid = await openRetriever({
      video,
      // For one question, one is enough.
      decoders: 1,
      ...given,
      ...(index === undefined ? {} : { index }),
      ...(ffmpeg === undefined ? {} : { ffmpegPath: ffmpeg }),
    });
    const loaded = performance.now();
    const answer = await search(pid, query, questionOf(options));
    if (!answer.ok) throw new CommandFailure(describeRetrieverFailure(answer.failure));
    return reportOf(answer.value, options, { started, loaded });
  });

/** Opens an archive under the application's supervisor; what stands in the way becomes the command's failure. */
export const openRetriever = async (options: StartRetrieverOptions) => {
  const started = await RetrieverSupervisor.startRetriever(retrievers, options);
  if (started.ok && started.pid !== undefined) return started.pid;
  const failure = 'reason' in started ? notOpened(started.reason) : undefined;
  if (failure !== undefined) throw new CommandFailure(failure.message);
  throw new Error(`the retriever did not start: ${JSON.stringify(started)}`);
};

const notOpened = (reason: unknown): RetrieverNotOpened | undefined => {
  const detail = (reason as { readonly detail?: RetrieverNotOpened } | null)?.detail;
  return detail?.kind === 'retriever_not_opened' ? detail : undefined;
};

const forPeople = ({ notice, ...report }: SearchReport, options: FilterOptions): string =>
  reportForPeople(report, [
    ...filterNotices(options, report.results),
    ...(notice === undefined ? [] : [notice]),
  ]);

/** Results, what else must be said, and what it took. */
export const reportForPeople = (
  { query, results, passages, milliseconds }: Omit<SearchReport, 'mode' | 'notice'>,
  notices: readonly string[],
): string => {
  const told = notices.map(printable);
  if (results.length === 0) return ['Nothing found.', ...told].join('\n');
  const time = `${counted(results.length, 'result')} in ${Math.round(milliseconds.total)} ms (start ${Math.round(milliseconds.start)}, load ${Math.round(milliseconds.load)}, embed ${Math.round(milliseconds.embed)}, search ${Math.round(milliseconds.search)}, decode ${Math.round(milliseconds.decode)})`;
  const shown =
    passages === undefined
      ? results.map((result) => resultForPeople(result, query))
      : [
          ...passages.map((passage) => passageForPeople(passage, query)),
          // A text that could not be read is in no passage.
          ...results
            .filter(({ text }) => text === null)
            .map((result, at) => resultForPeople({ ...result, rank: passages.length + at + 1 }, query)),
        ];
  return [...shown, ...told, time].join('\n\n');
};

/** One result in a few lines: where it stands and what of it the question is about. */
export const resultForPeople = (result: SearchResult, query: string): string => {
  const { rank, score, frame, chunkId } = result;
  const head = `${rank}. ${printable(citationOf(result))} — score ${score.toFixed(3)}, chunk ${chunkId}, frame ${frame}`;
  const body =
    result.text === null
      ? `   unreadable: ${printable(describeUnreadable(result.unreadable))}`
      : `   ${excerpt(result.text, query, 300)}`;
  return `${head}\n${body}`;
};

/** The same of a passage. */
const passageForPeople = (passage: Passage, query: string): string => {
  const { rank, score, chunkIds, text } = passage;
  const chunks = chunkIds.length === 1 ? `chunk ${chunkIds[0]}` : `chunks ${chunkIds.join(', ')}`;
  const head = `${rank}. ${printable(citationOf(passage))} — score ${score.toFixed(3)}, ${chunks}`;
  return `${head}\n   ${excerpt(text, query, 600)}`;
};
