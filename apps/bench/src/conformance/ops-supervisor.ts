import type { Operation } from './exec.js';

export const supervisorOps: { readonly [op: string]: Operation } = {};
