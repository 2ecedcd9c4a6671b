import {
  CallMessage,
  CastMessage,
  DownMessage,
  ExitMessage,
  type RegisterMessage,
  TimeoutMessage,
  type UnregisterMessage,
} from '@memvisor/supervisor';
import { functionClause } from './elixir-errors.js';
import type { Request } from './refs.js';
import { termOf } from './registry-values.js';
import { type Json, type Term, Tuple } from './terms.js';
import type { World } from './world.js';

/** A message of the runtime as the term that Erlang has for it. */
export const asTerm = (world: World, message: unknown): Term => {
  if (message instanceof ExitMessage) return new Tuple('EXIT', message.from, message.reason);
  if (message instanceof DownMessage)
    return new Tuple('DOWN', message.ref, 'process', whoIsDown(world, message), message.reason);
  if (message instanceof TimeoutMessage) return 'timeout';
  if (message instanceof CastMessage) return new Tuple('$gen_cast', (message.message as Request).term);
  return isListenerMessage(message) ? listenerTerm(world, message) : (message as Term);
};

type ListenerMessage = RegisterMessage | UnregisterMessage;

const isListenerMessage = (message: unknown): message is ListenerMessage =>
  typeof message === 'object' && message !== null && 'type' in message && 'registry' in message;

/** What a registry tells its listeners. */
const listenerTerm = (world: World, message: ListenerMessage): Term => {
  const { type, registry, pid } = message;
  const key = termOf(world, message.key);
  return message.type === 'register'
    ? new Tuple(type, registry, key, pid, termOf(world, message.value))
    : new Tuple(type, registry, key, pid);
};

/** A monitor that was asked for by name says the name and the node. */
const whoIsDown = (world: World, { ref, from }: DownMessage): Term => {
  const name = world.nameOfRef(ref);
  return name === undefined ? (from ?? 'undefined') : new Tuple(name, 'nonode@nohost');
};

/** The event of a message that an actor, or `main`, has received. */
export const note = (world: World, at: string, message: unknown): void => {
  const { encode } = world.codec;
  // The recorder can't write the tag of a caller, an improper list, down: its actors die of a call.
  if (message instanceof CallMessage) throw functionClause();
  if (message instanceof ExitMessage)
    world.emit(at, 'EXIT', { from: encode(message.from), reason: encode(message.reason) });
  else if (message instanceof DownMessage)
    world.emit(at, 'DOWN', {
      ref: encode(message.ref),
      from: encode(whoIsDown(world, message)),
      reason: encode(message.reason),
    });
  else world.emit(at, 'msg', { msg: encodeMessage(world, message) });
};

const encodeMessage = (world: World, message: unknown): Json => world.codec.encode(asTerm(world, message));
