import { openLocalEmbedder } from '@memvisor/embedding';
import { describeUnreadable, type Passage, passagesOf, type SearchResult } from '@memvisor/retriever';
import type { SearchCommandOptions } from './search.js';
import { filterOf } from './search-filter.js';

/** What the options ask, of one archive or of several. */
export const questionOf = (options: SearchCommandOptions) => {
  const { k, mode, diversity } = options;
  const filter = filterOf(options);
  return { k, mode, diversity, ...(filter === undefined ? {} : { filter }) };
};

/**
 * Gives `use` the opening of the model in this very process, which for one question is up sooner than in a child; nothing
 * where words alone are asked for. Closes it in the end where it was opened.
 */
export const withModel = async <Result>(
  { mode, model }: SearchCommandOptions,
  use: (given: { readonly embedder?: () => ReturnType<typeof openLocalEmbedder> }) => Promise<Result>,
): Promise<Result> => {
  let opening: ReturnType<typeof openLocalEmbedder> | undefined;
  const embedder = () => (opening ??= openLocalEmbedder(model === undefined ? {} : { model }));
  try {
    return await use(mode === 'lexical' ? {} : { embedder });
  } finally {
    const opened = await opening;
    if (opened?.ok === true) await opened.embedder.close();
  }
};

type Answer = {
  readonly results: readonly SearchResult[];
  readonly milliseconds: { readonly total: number };
};

/** An answer, with passages where they are asked for and with the time before the search itself. */
export const reportOf = <Given extends Answer>(
  { milliseconds, ...found }: Given,
  { passages = false }: SearchCommandOptions,
  { started, loaded }: { readonly started: number; readonly loaded: number },
) => {
  const load = loaded - started;
  const total = milliseconds.total + load + started;
  const joined: { readonly passages?: readonly Passage[] } = passages
    ? { passages: passagesOf(found.results) }
    : {};
  const times: Given['milliseconds'] & { readonly start: number; readonly load: number } = {
    start: started,
    load,
    ...milliseconds,
    total,
  };
  return { ...found, results: found.results.map(withReason), ...joined, milliseconds: times };
};

/** A result whose text can't be read says why in words, too. */
const withReason = <Result extends SearchResult>(result: Result) =>
  result.text === null
    ? {
        ...result,
        unreadable: { ...result.unreadable, reason: describeUnreadable(result.unreadable) },
      }
    : result;
