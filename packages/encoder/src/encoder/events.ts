import { channel } from 'node:diagnostics_channel';
import type { AnyPid } from '@memvisor/supervisor';
import type { BuildProgress } from '../build/progress.js';
import type { EncoderFailure } from '../failure.js';
import type { EncoderStateName } from './messages.js';
import type { EncoderState } from './state.js';

/** What encoders report, on the channel `memvisor:<type>` of `node:diagnostics_channel`. */
export type EncoderEvent =
  | {
      readonly type: 'encoder_state';
      readonly encoder: AnyPid;
      readonly indexName: string;
      readonly state: EncoderStateName;
      readonly previous: EncoderStateName;
      /** In `error`: why. */
      readonly failure: EncoderFailure | undefined;
    }
  | ({
      readonly type: 'encoder_progress';
      readonly encoder: AnyPid;
      readonly indexName: string;
    } & BuildProgress);

const stateChannel = channel('memvisor:encoder_state');
const progressChannel = channel('memvisor:encoder_progress');

export const publishState = (encoder: AnyPid, previous: EncoderState, state: EncoderState): void => {
  if (!stateChannel.hasSubscribers) return;
  const event: EncoderEvent = {
    type: 'encoder_state',
    encoder,
    indexName: state.indexName,
    state: state.name,
    previous: previous.name,
    failure: state.name === 'error' ? state.error : undefined,
  };
  stateChannel.publish(event);
};

export const publishProgress = (encoder: AnyPid, indexName: string, progress: BuildProgress): void => {
  if (!progressChannel.hasSubscribers) return;
  const event: EncoderEvent = { type: 'encoder_progress', encoder, indexName, ...progress };
  progressChannel.publish(event);
};

/**
 * Calls `listener` for every change of state and all progress of the encoders of this Node process, or of one.
 * What the listener throws is reported as an uncaught exception and does not harm the encoder.
 *
 * @returns A function that ends the subscription.
 * @example
 * const unsubscribe = subscribeToEncoders((event) => {
 *   if (event.type === 'encoder_progress') console.log(event.stage, event.done, event.total);
 * });
 */
export const subscribeToEncoders = (
  listener: (event: EncoderEvent) => void,
  { encoder }: { readonly encoder?: AnyPid } = {},
): (() => void) => {
  const onMessage = (message: unknown) => {
    const event = message as EncoderEvent;
    if (encoder === undefined || event.encoder === encoder) listener(event);
  };
  const channels = [stateChannel, progressChannel];
  for (const one of channels) one.subscribe(onMessage);
  return () => {
    for (const one of channels) one.unsubscribe(onMessage);
  };
};
