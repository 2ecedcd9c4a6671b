import { copyFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { answerTogether } from '../../src/archives/answer.js';
import type { OwnerContext } from '../../src/archives/owner-context.js';
import { SharedEmbedder } from '../../src/archives/shared-embedder.js';
import type { TestArchive } from '../archive.js';
import { beesAndShips } from './bees-and-ships.js';
import { ownerOfEachTest } from './owner.js';

const made = beesAndShips();

const owner = ownerOfEachTest();

describe('an archive that comes back from other files in the middle of a search', () => {
  /** Puts the files of another archive in the place of an open one's, and ends its index. */
  const swap = async (video: string, by: TestArchive) => {
    for (const [from, to] of [
      [by.video, video],
      [by.index, video.replace('.mkv', '.mvx')],
    ] as const) {
      await copyFile(from, `${to}.new`);
      await rename(`${to}.new`, to);
    }
    const ended = new Promise<void>((resolve) => {
      owner().watch(
        (event) => {
          if (event.type === 'exit' && event.pid === owner().retrievers[0]?.pid) resolve();
        },
        ['exit'],
      );
    });
    process.kill(owner().indexes[0] as number, 'SIGKILL');
    await ended;
  };

  test.each(['traits', 'step', 'texts'])('about its %s: is asked for all of it again', async (type) => {
    const video = join(made().folder, `swapped-${type}.mkv`);
    await copyFile(made().bees.video, video);
    await copyFile(made().bees.index, video.replace('.mkv', '.mvx'));
    const asked: string[] = [];
    const { ctx } = owner();
    const swapping: OwnerContext = {
      self: ctx.self,
      signal: ctx.signal,
      stop: (...args) => ctx.stop(...args),
      exit: (...args) => ctx.exit(...args),
      call: async (server, request, timeoutMs) => {
        const isTime = (request as { readonly type: string }).type === type && !asked.includes(type);
        asked.push((request as { readonly type: string }).type);
        // Texts are asked for last: these by what was found before.
        if (isTime && type === 'texts') await swap(video, made().ships);
        const reply = await ctx.call(server, request, timeoutMs);
        if (isTime && type !== 'texts') await swap(video, made().ships);
        return reply;
      },
    };
    const keeper = owner().keep(video, { as: swapping });
    const answer = await answerTogether(
      { keepers: [keeper], unmatched: [] },
      new SharedEmbedder(undefined),
      'honey',
      { k: 5 },
    );
    expect(answer).toMatchObject({
      ok: true,
      value: {
        archives: [{ archive: video, ok: true, chunks: 3 }],
        results: [{ chunkId: 1, text: 'Ships carry honey.' }],
      },
    });
    expect(owner().retrievers).toHaveLength(2);
  });
});

describe('an archive whose files others take the place of', () => {
  const afterOthersCame = async (name: string, come: (video: string, index: string) => Promise<void>) => {
    const [video, index] = [join(made().folder, `${name}.mkv`), join(made().folder, `${name}.mvx`)];
    await copyFile(made().bees.video, video);
    await copyFile(made().bees.index, index);
    const keeper = owner().keep(video);
    expect(await keeper.ready()).toBeUndefined();
    await come(video, index);
    const archives = { keepers: [keeper], unmatched: [] };
    return answerTogether(archives, new SharedEmbedder(undefined), 'honey', { k: 1 });
  };

  test('is opened again within the search that finds out', async () => {
    const answer = await afterOthersCame('replaced', async (video, index) => {
      await copyFile(made().ships.video, video);
      await copyFile(made().ships.index, index);
    });
    expect(answer).toMatchObject({ value: { results: [{ text: 'Ships carry honey.' }] } });
  });

  test('says so where only the video is another', async () => {
    const answer = await afterOthersCame('half-replaced', (video) => copyFile(made().ships.video, video));
    const message = expect.stringContaining('belongs to another video');
    expect(answer).toMatchObject({ failure: { kind: 'no_archive', archives: [{ message }] } });
  });
});
