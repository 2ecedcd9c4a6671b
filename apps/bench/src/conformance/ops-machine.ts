import type { Operation } from './exec.js';

export const machineOps: { readonly [op: string]: Operation } = {};
