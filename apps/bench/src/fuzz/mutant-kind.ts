import type { Chance } from '../soak/chance.js';
import type { Corpus } from './corpus.js';
import type { FuzzReply, FuzzRequest } from './protocol.js';

/** One mutant, ready to be read, and what may come of it. */
export type Try = {
  readonly request: FuzzRequest;
  readonly how: string;
  /** Why the reply is wrong, if it is. */
  readonly judge: (reply: FuzzReply) => string | undefined;
};

/** One way of making mutants. */
export type MutantKind = {
  readonly name: string;
  /** Of 1,000 mutants. */
  readonly share: number;
  readonly make: (corpus: Corpus, chance: Chance) => Try | Promise<Try>;
};

/** Whatever comes of it is right, as long as something does. */
export const anything = () => undefined;

/** What fits into a frame. */
export const fitting = (bytes: Uint8Array): Uint8Array =>
  bytes.length === 0 ? Uint8Array.of(0) : bytes.subarray(0, 2953);
