import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { portsClosed } from '@memvisor/supervisor';
import { type Chance, chanceFrom } from '../soak/chance.js';
import { type CommandTry, nastyCommands, randomCommand } from './command-line.js';
import { buildCorpus, type Corpus } from './corpus.js';
import { learnSound, type MutantKind, mutantKinds } from './mutants.js';
import { Reader } from './reader.js';

/** Something that must not happen. */
export type FuzzViolation = {
  readonly mutant: number;
  readonly kind: string;
  /** The draws of this mutant alone. */
  readonly seed: number;
  readonly how: string;
  readonly what: string;
};

/** What came of the mutants of one kind. */
export type FuzzRow = {
  readonly kind: string;
  mutants: number;
  /** How often each outcome came: `read`, or a kind of failure. */
  readonly outcomes: Map<string, number>;
  slowestMs: number;
};

export type FuzzResult = {
  readonly rows: readonly FuzzRow[];
  readonly violations: readonly FuzzViolation[];
  readonly peakMb: number;
};

export type FuzzOptions = {
  readonly seed: number;
  readonly rounds: number;
  readonly only?: RegExp;
  readonly onViolation: (violation: FuzzViolation) => void;
};

const commandLine = 'command line';
/** Of 1,000 mutants. */
const commandShare = 4;

/** Makes mutants and has them read, one after the other, by a process that is watched. */
export const runFuzz = async ({ seed, rounds, only, onViolation }: FuzzOptions): Promise<FuzzResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'memvisor-fuzz-'));
  const reader = new Reader();
  const rows = new Map<string, FuzzRow>();
  const violations: FuzzViolation[] = [];
  let peakMb = 0;
  const violate = (violation: FuzzViolation): void => {
    violations.push(violation);
    onViolation(violation);
  };
  let interrupted = false;
  const onSignal = () => {
    interrupted = true;
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    const corpus = await buildCorpus(folder);
    await learn(corpus, reader);
    const chance = chanceFrom(seed);
    const kinds = mutantKinds.filter(({ name }) => only?.test(name) ?? true);
    const commands = only === undefined || only.test(commandLine) ? nastyCommands(corpus) : [];
    for (let mutant = 1; mutant <= rounds && !interrupted; mutant++) {
      const mutantSeed = chance.below(2 ** 31);
      const own = chanceFrom(mutantSeed);
      const kind = draw(kinds, only === undefined ? commandShare : 0, own);
      // The fixed command lines come first, spread over the run.
      const command = mutant % Math.ceil(rounds / 10) === 0 ? commands.shift() : undefined;
      if (command !== undefined || kind === undefined) {
        const tried: CommandTry = await (command ?? (() => randomCommand(corpus, own)))();
        count(rows, commandLine, tried.violation === undefined ? 'well' : 'violation', 0);
        if (tried.violation !== undefined)
          violate({ mutant, kind: commandLine, seed: mutantSeed, how: tried.command, what: tried.violation });
        continue;
      }
      const { request, how, judge } = await kind.make(corpus, own);
      const read = await reader.read(request);
      // The signal that ends this run ends the reader too.
      if (interrupted) break;
      const base = { mutant, kind: kind.name, seed: mutantSeed, how };
      if (!read.ok) {
        count(rows, kind.name, read.what, 0);
        violate({ ...base, what: `${read.what}: ${read.detail}` });
        continue;
      }
      const { reply, ms } = read;
      peakMb = Math.max(peakMb, reply.peakMb);
      count(rows, kind.name, reply.outcome, ms);
      const wrong = judge(reply) ?? (reply.said.length === 0 ? 'nothing was said' : undefined);
      if (wrong !== undefined) violate({ ...base, what: wrong });
    }
    return { rows: [...rows.values()], violations, peakMb };
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    await reader.close();
    await portsClosed();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** What sound payloads and the sound index say: what altered ones must not differ from. */
const learn = async (corpus: Corpus, reader: Reader): Promise<void> => {
  for (const payload of corpus.payloads) {
    const read = await reader.read({ type: 'frame', payload, changeSeed: undefined });
    if (!read.ok || read.reply.outcome !== 'read')
      throw new Error(`a sound payload was not read: ${JSON.stringify(read)}`);
    learnSound(payload, read.reply.said);
  }
  const read = await reader.read({ type: 'index', path: corpus.archives.h264.index });
  if (!read.ok || read.reply.outcome !== 'read') throw new Error('the sound index was not read');
  corpus.indexSaid = read.reply.said;
};

/** A kind by its share; `undefined` stands for the command line. */
const draw = (kinds: readonly MutantKind[], commands: number, chance: Chance): MutantKind | undefined => {
  const all = kinds.reduce((sum, { share }) => sum + share, commands);
  let at = chance.below(all);
  for (const kind of kinds) {
    if (at < kind.share) return kind;
    at -= kind.share;
  }
  return undefined;
};

const count = (rows: Map<string, FuzzRow>, kind: string, outcome: string, ms: number): void => {
  const row = rows.get(kind) ?? { kind, mutants: 0, outcomes: new Map(), slowestMs: 0 };
  rows.set(kind, row);
  row.mutants++;
  row.outcomes.set(outcome, (row.outcomes.get(outcome) ?? 0) + 1);
  row.slowestMs = Math.max(row.slowestMs, ms);
};
