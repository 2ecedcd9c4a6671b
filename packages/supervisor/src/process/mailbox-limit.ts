import { type MailboxPolicy, telemetry } from '../telemetry.js';
import { CallMessage } from './function-process.js';
import { DownMessage, ExitMessage, Tag } from './messages.js';
import { PendingCall } from './pending-call.js';
import type { Process } from './process.js';

/** Bounds a mailbox. */
export interface MailboxLimit {
  /** Most messages that wait, at least 1. */
  readonly capacity: number;
  /**
   * What happens with a message that finds the mailbox full:
   *
   * - `'reject'`: it is not taken; a call fails with `'mailbox_full'`, anything else becomes a dead letter.
   * - `'dropNewest'`: the same, but said of drops on purpose: casts and plain messages may get lost.
   * - `'dropOldest'`: the oldest waiting message makes room.
   *
   * Exit signals, monitor messages and system requests always get in. The sender is never harmed.
   */
  readonly policy: MailboxPolicy;
}

/** Whether the message may be put into the mailbox, after making room where the policy says so. */
export const makeRoom = (process: Process, limit: MailboxLimit, tag: number, payload: unknown): boolean => {
  const { mailbox, behaviour } = process;
  const waiting = (mailbox?.length ?? 0) + (behaviour.held?.(process) ?? 0);
  if (waiting < limit.capacity || tag === Tag.exit || payload instanceof DownMessage) return true;
  if (telemetry.mailboxOverflow.hasSubscribers)
    telemetry.mailboxOverflow.publish({ type: 'mailbox_overflow', pid: process, ...limit });
  if (limit.policy === 'dropOldest') {
    dropOldest(process);
    return true;
  }
  drop(process, payload);
  return false;
};

/** The oldest message that may be lost; the runtime's own never are. */
const dropOldest = (process: Process): void => {
  let done = false;
  process.behaviour.forget?.(process, (payload) => {
    if (done || payload instanceof ExitMessage || payload instanceof DownMessage) return false;
    done = true;
    drop(process, payload);
    return true;
  });
  const { mailbox } = process;
  if (done || mailbox === undefined || mailbox.length === 0) return;
  // Nearly always the first may go; looking through all of them each time would make a full mailbox slow.
  if (mailbox.peekTag() <= Tag.call && !(mailbox.peek() instanceof DownMessage)) {
    drop(process, mailbox.shift());
    return;
  }
  mailbox.remove((tag, payload) => {
    if (done || tag === Tag.exit || tag === Tag.system || payload instanceof DownMessage) return false;
    done = true;
    drop(process, payload);
    return true;
  });
};

const drop = (process: Process, payload: unknown): void => {
  const call = payload instanceof CallMessage ? payload.from : payload;
  if (call instanceof PendingCall) call.fail('mailbox_full');
  process.system.deadLetter(process, call instanceof PendingCall ? Tag.call : Tag.info, call, 'overflow');
};
