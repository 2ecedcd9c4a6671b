import { copyFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { hashEmbedder } from '@memvisor/embedding/testing';
import { type AnyPid, exit, type Pid, portsClosed, stopServer, subscribe } from '@memvisor/supervisor';
import {
  Archives,
  type ArchivesOptions,
  type ArchivesProtocol,
  describeArchivesFailure,
} from '../../src/archives/index.js';
import { describeUnreadable } from '../../src/index.js';
import { beesAndShips } from './bees-and-ships.js';

const made = beesAndShips(['Ships carry honey north.', 'Rust.']);

/** Processes of indexes, in the order of their starts. */
let indexes: number[];
let unsubscribe: () => void;
beforeEach(() => {
  indexes = [];
  unsubscribe = subscribe(
    (event) => {
      if (event.type === 'port_start' && event.command.includes('index-child'))
        indexes.push(event.osPid as number);
    },
    ['port_start'],
  );
});

const running: Pid<ArchivesProtocol>[] = [];
afterEach(async () => {
  unsubscribe();
  await Promise.all(running.splice(0).map((pid) => stopServer(pid).catch(() => undefined)));
  await portsClosed();
});

const open = async (
  archives: readonly string[],
  options: Partial<ArchivesOptions> = {},
): Promise<Pid<ArchivesProtocol>> => {
  const started = await Archives.startLink({
    archives,
    embedder: hashEmbedder(),
    reopenAfterMs: 0,
    ...options,
  });
  if (!started.ok) throw new Error(JSON.stringify(started));
  running.push(started.pid);
  return started.pid;
};
const ask = async (pid: Pid<ArchivesProtocol>) => {
  const answer = await Archives.search(pid, 'honey', { mode: 'lexical' });
  if (!answer.ok) return { results: [], reports: [], failure: answer.failure };
  return {
    results: answer.value.results.map(({ text }) => text),
    reports: answer.value.archives.map((one) => (one.ok ? 'ok' : one.failure.kind)),
    failure: undefined,
  };
};
const both = expect.arrayContaining(['Bees make honey.', 'Ships carry honey north.']);

describe('an archive that can not be opened', () => {
  test('is named with the reason, and the others answer; all of them: a failure that names each', async () => {
    const cut = join(made().folder, 'cut.mkv');
    await copyFile(made().ships.video, cut);
    await truncate(cut, 900);
    const text = join(made().folder, 'text.mkv');
    await writeFile(text, 'This is no video.');
    const none = join(made().folder, 'none.mkv');
    const pattern = join(made().folder, 'nothing-*.mkv');
    const once = { reopenAfterMs: 3_600_000 };
    const pid = await open([none, made().bees.video, cut, text, pattern], once);
    const answer = await Archives.search(pid, 'honey', { k: 1 });
    if (!answer.ok) throw new Error('failed');
    expect(answer.value.results).toMatchObject([{ archive: made().bees.video, text: 'Bees make honey.' }]);
    expect(answer.value.archives).toMatchObject([
      { archive: none, ok: false, failure: { kind: 'not_opened' }, message: expect.any(String) },
      { archive: made().bees.video, ok: true },
      { archive: cut, ok: false, failure: { kind: 'not_opened', failure: { kind: 'video' } } },
      { archive: text, ok: false, failure: { kind: 'not_opened' } },
      { archive: pattern, ok: false, failure: { kind: 'no_match' } },
    ]);
    const broken = await open([none, text, pattern], once);
    const { failure } = await ask(broken);
    if (failure?.kind !== 'no_archive') throw new Error('answered');
    expect(failure.archives.map(({ archive }) => archive)).toEqual([none, text, pattern]);
    for (const name of [none, text, pattern])
      expect(describeArchivesFailure(failure).split(name).length).toBeGreaterThan(1);
    expect((await Archives.getStats(broken)).archives.map(({ ok }) => ok)).toEqual([false, false, false]);
    expect(await Archives.getChunk(broken, { archive: none, chunkId: 0 })).toMatchObject({
      ok: false,
      failure: { kind: 'archive', archive: none, failure: { kind: 'not_opened' } },
    });
  });

  test('is looked for again: it takes part once it is there, and so does a new match of a pattern', async () => {
    const late = join(made().folder, 'late.mkv');
    const pid = await open([made().bees.video, late, join(made().folder, 'new-?.mkv')]);
    expect(await ask(pid)).toMatchObject({ reports: ['ok', 'not_opened', 'no_match'] });
    await copyFile(made().ships.index, join(made().folder, 'late.mvx'));
    await copyFile(made().ships.video, late);
    expect(await ask(pid)).toMatchObject({ reports: ['ok', 'ok', 'no_match'], results: both });
    await copyFile(made().ships.index, join(made().folder, 'new-1.mvx'));
    await copyFile(made().ships.video, join(made().folder, 'new-1.mkv'));
    expect((await ask(pid)).reports).toEqual(['ok', 'ok', 'ok']);
    for (const name of ['late', 'new-1'])
      for (const kind of ['mkv', 'mvx']) await rm(join(made().folder, `${name}.${kind}`));
  });

  test('is left alone for the time that was set', async () => {
    const later = join(made().folder, 'later.mkv');
    const pid = await open([made().bees.video, later], { reopenAfterMs: 3_600_000 });
    await copyFile(made().ships.video, later);
    await copyFile(made().ships.index, join(made().folder, 'later.mvx'));
    expect((await ask(pid)).reports).toEqual(['ok', 'not_opened']);
  });
});

describe('the supervisor of an archive', () => {
  test('that ends while it opens costs that archive alone', async () => {
    let killed = 0;
    const stopWatching = subscribe(
      (event) => {
        if (event.type !== 'spawn' || event.label !== 'Retriever' || killed > 0) return;
        killed += 1;
        exit(event.parent as AnyPid, 'kill');
      },
      ['spawn'],
    );
    const pid = await open([made().bees.video, made().ships.video], { reopenAfterMs: 3_600_000 });
    stopWatching();
    const { reports, results } = await ask(pid);
    expect([killed, [...reports].sort(), results.length]).toEqual([1, ['died', 'ok'], 1]);
  });
});

describe('an index process that dies', () => {
  test('is restarted by its supervisor, and the search goes on with all', async () => {
    const pid = await open([made().bees.video, made().ships.video]);
    expect(await ask(pid)).toMatchObject({ reports: ['ok', 'ok'], results: both });
    process.kill(indexes[0] as number, 'SIGKILL');
    expect(await ask(pid)).toMatchObject({ reports: ['ok', 'ok'], results: both });
    expect(indexes).toHaveLength(3);
  });

  test('in the middle of a search only delays it', async () => {
    const pid = await open([made().bees.video, made().ships.video]);
    process.kill(indexes[0] as number, 'SIGSTOP');
    const asked = ask(pid);
    process.kill(indexes[0] as number, 'SIGKILL');
    expect(await asked).toMatchObject({ reports: ['ok', 'ok'], results: both });
  });

  test('and whose archive is gone: the archive is named, and comes back with its file', async () => {
    const lost = join(made().folder, 'lost.mkv');
    await copyFile(made().ships.video, lost);
    await copyFile(made().ships.index, join(made().folder, 'lost.mvx'));
    const pid = await open([lost, made().bees.video]);
    const [own] = indexes as [number];
    await rename(lost, `${lost}.away`);
    process.kill(own, 'SIGKILL');
    const without = await ask(pid);
    expect(without.reports[0]).toMatch(/^(died|not_opened)$/);
    expect(without).toMatchObject({ results: ['Bees make honey.'] });
    expect((await ask(pid)).reports[0]).toMatch(/^(died|not_opened)$/);
    await rename(`${lost}.away`, lost);
    expect(await ask(pid)).toMatchObject({ reports: ['ok', 'ok'], results: both });
  });
});

describe('an index process that stands still', () => {
  test('is waited for as long as was set, then the others answer; it takes part when it goes on', async () => {
    const pid = await open([made().bees.video, made().ships.video], { archiveTimeoutMs: 2000 });
    const still = indexes.at(-1) as number;
    process.kill(still, 'SIGSTOP');
    const { reports, results } = await ask(pid);
    expect([...reports].sort()).toEqual(['ok', 'too_slow']);
    expect(results).toHaveLength(1);
    process.kill(still, 'SIGCONT');
    expect(await ask(pid)).toMatchObject({ reports: ['ok', 'ok'], results: both });
  });
});

describe('the server', () => {
  test('killed, leaves nothing behind, whatever its archives were doing', async () => {
    const pid = await open([made().bees.video, made().ships.video, join(made().folder, 'none.mkv')]);
    const asked = Archives.search(pid, 'honey').catch((error: Error) => error.name);
    exit(pid, 'kill');
    expect(await asked).toBe('CallExit');
    await portsClosed();
  });
});

describe('an archive whose texts can not be fetched any more', () => {
  test('says so in the result', () => {
    const reason = { kind: 'archive', frame: 3, reason: 'Its process ended (killed).' } as const;
    expect(describeUnreadable(reason)).toContain('frame 3 could not be fetched: Its process ended');
  });
});
