import type { AnyContext, Context } from '@memvisor/supervisor';

/** The process that archives belong to. */
export type OwnerContext = AnyContext & Pick<Context, 'call' | 'stop' | 'exit' | 'signal'>;
