// One job of a run: a process that reads mutants under watch, and what came of each.
import { type Chance, chanceFrom } from '../soak/chance.js';
import { type CommandTry, nastyCommands, randomCommand } from './command-line.js';
import type { Corpus } from './corpus.js';
import { learnSound } from './frame-mutants.js';
import type { MutantKind } from './mutant-kind.js';
import { mutantKinds } from './mutants.js';
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

const commandLine = 'command line';
/** Of 1,000 mutants. */
const commandShare = 4;

/** What all jobs of a run found. */
export type Tally = {
  readonly rows: Map<string, FuzzRow>;
  readonly violations: FuzzViolation[];
  peakMb: number;
};

export type JobOptions = {
  /** Mutants of the whole run. */
  readonly rounds: number;
  readonly only?: RegExp;
  readonly tally: Tally;
  readonly signal: AbortSignal;
  readonly onViolation: (violation: FuzzViolation) => void;
  readonly onMutant?: () => void;
};

/** Makes the mutants that it gets out of its own archives, and has them read by a process of its own. */
export const readMutants = async (
  mutants: Iterable<{ mutant: number; seed: number }>,
  corpus: Corpus,
  { rounds, only, tally, signal, onViolation, onMutant }: JobOptions,
): Promise<void> => {
  const reader = new Reader();
  const violate = (violation: FuzzViolation): void => {
    tally.violations.push(violation);
    onViolation(violation);
  };
  try {
    await learn(corpus, reader);
    const kinds = mutantKinds.filter(({ name }) => only?.test(name) ?? true);
    const commands = only === undefined || only.test(commandLine) ? nastyCommands(corpus) : [];
    for (const { mutant, seed } of mutants) {
      const own = chanceFrom(seed);
      const kind = draw(kinds, only === undefined ? commandShare : 0, own);
      // The fixed command lines come first, spread over the run.
      const each = Math.ceil(rounds / 10);
      const command = mutant % each === 0 ? commands[mutant / each - 1] : undefined;
      if (command !== undefined || kind === undefined) {
        const tried: CommandTry = await (command ?? (() => randomCommand(corpus, own)))();
        count(tally.rows, commandLine, tried.violation === undefined ? 'well' : 'violation', 0);
        if (tried.violation !== undefined)
          violate({ mutant, kind: commandLine, seed, how: tried.command, what: tried.violation });
        onMutant?.();
        continue;
      }
      const { request, how, judge } = await kind.make(corpus, own);
      const read = await reader.read(request);
      // The signal that ends this run ends the reader too.
      if (signal.aborted) break;
      onMutant?.();
      const base = { mutant, kind: kind.name, seed, how };
      if (!read.ok) {
        count(tally.rows, kind.name, read.what, 0);
        violate({ ...base, what: `${read.what}: ${read.detail}` });
        continue;
      }
      const { reply, ms } = read;
      tally.peakMb = Math.max(tally.peakMb, reply.peakMb);
      count(tally.rows, kind.name, reply.outcome, ms);
      const wrong = judge(reply) ?? (reply.said.length === 0 ? 'nothing was said' : undefined);
      if (wrong !== undefined) violate({ ...base, what: wrong });
    }
  } finally {
    await reader.close();
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
