import { basename, join } from 'node:path';
import { describeEncoderFailure, Encoder, EncoderSupervisor } from '@memvisor/encoder';
import {
  citationOf,
  describeRetrieverFailure,
  describeUnreadable,
  getStats,
  type RetrieverProtocol,
  RetrieverSupervisor,
  search,
} from '@memvisor/retriever';
import { exit, processName, Supervisor, stopServer, whereis } from '@memvisor/supervisor';
import * as z from 'zod';
import { openRetriever } from '../commands/search.js';
import { CommandFailure } from '../failure.js';
import { retrievers } from '../reader-tree.js';
import { encoders } from '../root-tree.js';
import { excerpt } from '../terminal.js';
import { archivePath } from './archives.js';
import type { SearchReply } from './messages.js';
import type { Model } from './model.js';
import type { Place } from './tree-rows.js';

/** What the page works with. */
export interface Workplace {
  /** Where videos are, and are written. */
  readonly folder: string;
  readonly model: Model;
}

/** What a request can't have, in words for whoever made it. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

const text = z.string({ error: 'a text' });
const act = z.strictObject({
  id: text,
  action: z.enum(['stop', 'kill', 'start'], { error: 'stop, kill or start' }),
});
const encode = z.strictObject({
  name: text.regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u,
    'letters, digits, spaces, dots, dashes and underscores',
  ),
  text: text.min(1, 'some text'),
});
const searched = z.strictObject({ archive: text, question: text.trim().min(1, 'a question') });

const checked = <Value>(schema: z.ZodType<Value>, given: unknown): Value => {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Refused(
    `${issue?.path.join('.') ?? 'the request'}: expected ${issue?.message ?? 'something else'}`,
  );
};

/** Stops or kills the process of a row, or starts a child that has none. Its supervisor does what its spec says. */
export const actOn = async (given: unknown, placeOf: (id: string) => Place | undefined): Promise<void> => {
  const { id, action } = checked(act, given);
  const place = placeOf(id);
  if (place === undefined) throw new Refused('that process is gone');
  const { pid, owner, childId } = place;
  if (action === 'start') {
    if (pid !== undefined || owner === undefined) throw new Refused('it runs already');
    const started = await Supervisor.restartChild(owner as never, childId);
    if (!started.ok) throw new Refused(`it did not start: ${started.kind}`);
    return;
  }
  if (pid === undefined) throw new Refused('it has no process now');
  if (action === 'kill') exit(pid, 'kill');
  else
    await stopServer(pid as never, 'shutdown', 5000).catch(() => {
      throw new Refused('it did not stop within 5 s; kill it, if it must end');
    });
};

/** Builds a video of a text in the background; how far it is comes over the event stream. */
export const encodeText = async (given: unknown, { folder }: Workplace): Promise<void> => {
  const { name, text } = checked(encode, given);
  const file = `${name}.mp4`;
  if ((await archivePath(folder, file)) !== undefined)
    throw new Refused(`there is a ${file} already; choose another name`);
  const started = await EncoderSupervisor.startEncoder(encoders, { indexName: file });
  if (!started.ok || started.pid === undefined) throw new Refused('the encoder did not start');
  const { pid } = started;
  const added = await Encoder.addText(pid, text, { source: `${name}.txt` });
  if (!added.ok) throw new Refused(describeEncoderFailure(added.failure));
  void Encoder.buildVideo(pid, join(folder, file))
    // Whoever is interested has been told by the encoder's own events, or of its end.
    .catch(() => undefined)
    .then(() => EncoderSupervisor.stopEncoder(encoders, pid));
};

const retrieverOf = (path: string) => processName<RetrieverProtocol>(`retriever of ${basename(path)}`);

/** Answers a question from a video of the folder, with a retriever that stays open for the next one. */
export const searchArchive = async (given: unknown, { folder, model }: Workplace): Promise<SearchReply> => {
  const { archive, question } = checked(searched, given);
  const video = await archivePath(folder, archive);
  if (video === undefined) throw new Refused(`there is no ${archive} in the folder`);
  const retriever = await openedRetriever(video, model);
  const answer = await search(retriever, question);
  if (!answer.ok) {
    // Another program may have replaced the video: the next question has it opened anew.
    await RetrieverSupervisor.stopRetriever(retrievers, retriever);
    throw new Refused(describeRetrieverFailure(answer.failure));
  }
  const { frameRate } = (await getStats(retriever)).video;
  const { results, milliseconds } = answer.value;
  return {
    milliseconds: milliseconds.total,
    results: results.map((result) => ({
      citation: citationOf(result),
      text: result.text === null ? null : excerpt(result.text, question, 400),
      ...(result.text === null ? { unreadable: describeUnreadable(result.unreadable) } : {}),
      frame: result.frame,
      seconds: result.frame / frameRate,
    })),
  };
};

const openedRetriever = async (video: string, model: Model) => {
  const name = retrieverOf(video);
  if (whereis(name) !== undefined) return name;
  try {
    await openRetriever({ video, name, embedder: model.open });
  } catch (error) {
    // Two questions at once: the other has opened it.
    if (whereis(name) !== undefined) return name;
    throw error instanceof CommandFailure ? new Refused(error.message) : error;
  }
  return name;
};
