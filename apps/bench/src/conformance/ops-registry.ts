import type { Operation } from './exec.js';

export const registryOps: { readonly [op: string]: Operation } = {};
