import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { processName } from '@memvisor/supervisor';
import type { Member } from '../src/soak/member.js';
import type { Model } from '../src/soak/model.js';
import { anyWorker, type Operation, operation } from '../src/soak/operation.js';
import { operations } from '../src/soak/operations/index.js';
import { soak } from '../src/soak/run.js';
import type { World } from '../src/soak/world.js';
import { pidOf } from '../src/soak/world.js';

const randomSeed = Math.floor(Math.random() * 2 ** 30);

const names = operations.map(({ name }) => name).sort();

describe('a system of more than 1,000 processes is as the model says after every operation', () => {
  test('with a fixed seed, whatever the operation', async () => {
    const { tally, failure } = await soak({ seed: 4, operations: 1500 });
    expect(failure).toBeUndefined();
    expect([...tally.byName.keys()].sort()).toEqual(names);
    expect(tally.fewest).toBeGreaterThan(1000);
    expect(tally.restarts).toBeGreaterThan(50);
  });

  test(`with a random seed: ${randomSeed}`, async () => {
    const { failure } = await soak({ seed: randomSeed, operations: 600 });
    expect(failure).toBeUndefined();
  });
});

describe('the soak finds what the model does not know of', () => {
  /** Something that the runtime does and the model is not told. */
  const secretly = (name: string, act: (world: World, member: Member, model: Model) => void): Operation =>
    operation<Member>({
      name,
      weight: 10,
      choose: (model, { a }) => anyWorker(model, a),
      run: (member, model, world) => {
        act(world, member, model);
        return undefined;
      },
      describe: ({ label }) => label,
    });

  test.each<[string, Operation, RegExp]>([
    [
      'a process that is not restarted, or one too few',
      secretly('lose', ({ system }, member) => system.exit(pidOf(member), 'kill')),
      /processes|should|name|timers/,
    ],
    [
      'a process too many',
      secretly('spawn', ({ system }) => void system.spawn((ctx) => ctx.receive())),
      /processes/,
    ],
    ['a timer', secretly('timer', ({ clock }) => void clock.setTimer(() => undefined, 99_000)), /timers/],
    [
      'a name',
      secretly('name', ({ system }, member) => {
        const name = processName<unknown>('secret');
        if (system.whereis(name) === undefined && member.name === undefined)
          system.register(processName<never>('secret'), pidOf(member) as never);
      }),
      /names/,
    ],
    [
      'a link',
      secretly('link', (world, member, model) => {
        const other = pidOf(model.root);
        world.tell(member, { type: 'do', act: (ctx) => ctx.link(other) });
      }),
      /links/,
    ],
    [
      'a monitor',
      secretly('monitor', (world, member, model) => {
        const other = pidOf(model.root);
        world.tell(member, { type: 'do', act: (ctx) => void ctx.monitor(other) });
      }),
      /monitors/,
    ],
    [
      'an entry in a registry',
      secretly(
        'entry',
        ({ duplicate }, member) => void duplicate.register({ self: pidOf(member) }, 'secret', 0),
      ),
      /links|entries|listeners/,
    ],
    [
      'a call under way',
      secretly('call', ({ system }, member) => {
        system.call(pidOf(member), { type: 'hold', number: 0 }, 99_000).catch(() => undefined);
      }),
      /calls/,
    ],
    [
      'a message',
      secretly('message', ({ system }, member) => system.send(pidOf(member), { type: 'ping' })),
      /heard/,
    ],
  ])('%s', async (_what, secret, message) => {
    const { failure } = await soak({
      seed: 1,
      operations: 1000,
      processes: 50,
      programLength: 20,
      possible: [secret, ...operations],
    });
    expect(failure?.message).toMatch(message);
    // Made small: hardly more than what is secret, once.
    expect(failure?.program.map((line) => line.split(' ')[0])).toContain(secret.name);
    expect(failure?.program.length).toBeLessThanOrEqual(3);
  });
});

describe('npm run soak', () => {
  const soakProgram = fileURLToPath(new URL('../src/soak.js', import.meta.url));
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [soakProgram, ...args], { encoding: 'utf8' });

  test('prints its seed, a tally and the outcome, and exits 0', () => {
    const { status, stdout } = run('--seed', '9', '--operations', '100');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^seed 9\n/);
    expect(stdout).toMatch(/\d+ operations in \d+ programs, \d{4} to \d{4} processes at a time/);
    expect(stdout).toMatch(/no violation\n$/);
  });

  test('an option that can not be right ends it with 2', () => {
    expect(run('--minutes', '0').status).toBe(2);
    expect(run('--operations', 'many').status).toBe(2);
  });
});
