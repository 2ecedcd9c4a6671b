/**
 * What travels between a port and {@link serveParent} in its child, over IPC or a message port. Marked, so that
 * plain messages can use the same channel.
 */
export type Envelope =
  | { readonly memvisor: 'request'; readonly id: number; readonly message: unknown }
  | { readonly memvisor: 'cancel'; readonly id: number }
  | { readonly memvisor: 'reply'; readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly memvisor: 'reply'; readonly id: number; readonly ok: false; readonly error: RemoteError };

/** An error from another process or thread: what of it survives the way. */
export interface RemoteError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
}

export const isEnvelope = (message: unknown): message is Envelope =>
  typeof message === 'object' && message !== null && 'memvisor' in message;

export const toRemoteError = (error: unknown): RemoteError => {
  // Not instanceof: an error from another realm (a vm context) is one as well.
  if (typeof error !== 'object' || error === null || !('message' in error))
    return { name: 'Error', message: String(error) };
  const { name, message, stack, code } = error as Partial<Record<keyof RemoteError, unknown>>;
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: String(message),
    ...(typeof stack === 'string' ? { stack } : {}),
    ...(typeof code === 'string' ? { code } : {}),
  };
};
