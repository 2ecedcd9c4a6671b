import { fileMutants } from './file-mutants.js';
import { frameMutants } from './frame-mutants.js';
import type { MutantKind } from './mutant-kind.js';

/** All of them. A seed stands for the same mutants as long as their order stays. */
export const mutantKinds: readonly MutantKind[] = [...frameMutants, ...fileMutants];
