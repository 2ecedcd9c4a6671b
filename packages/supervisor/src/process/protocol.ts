declare const replyType: unique symbol;

/**
 * What a server accepts, each a union of messages told apart by `type`.
 *
 * @example
 * type Counter = {
 *   call: Call<{ type: 'get' }, number> | Call<{ type: 'add'; by: number }, number>;
 *   cast: { type: 'reset' };
 * };
 */
export interface Protocol {
  /** Requests that are answered; each a {@link Call}. */
  readonly call?: Message;
  /** Messages that are not answered. */
  readonly cast?: Message;
  /** Plain messages, sent with `send`. */
  readonly info?: unknown;
}

/** A message: an object with a `type`. */
export interface Message {
  readonly type: string;
}

/** A request with the type of its reply. The reply type exists for the compiler only. */
export type Call<Request extends Message, Reply> = Request & {
  readonly [replyType]?: (reply: Reply) => void;
};

/** The requests that a protocol knows. */
export type CallOf<P> = P extends { readonly call: infer C extends Message } ? C : never;
/** The casts that a protocol knows. */
export type CastOf<P> = P extends { readonly cast: infer C extends Message } ? C : never;
/** The plain messages that a protocol knows; of a process that says nothing of its protocol, all. */
export type InfoOf<P> = unknown extends P ? unknown : P extends { readonly info: infer I } ? I : never;

/** The reply that belongs to one {@link Call}. */
export type ReplyTo<C> = C extends { readonly [replyType]?: (reply: infer Reply) => void } ? Reply : never;

/** The reply that protocol `P` gives to request `Q`. */
export type ReplyOf<P, Q extends Message> = ReplyTo<Extract<CallOf<P>, { readonly type: Q['type'] }>>;

/** A value, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

export const isPromise = <T>(value: MaybePromise<T>): value is Promise<T> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
