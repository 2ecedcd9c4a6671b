import { type MailboxPolicy, telemetry } from '../telemetry.js';
import { Tag } from './messages.js';
import type { PendingCall } from './pending-call.js';
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
  const { mailbox } = process;
  if (mailbox === undefined || mailbox.length < limit.capacity || tag === Tag.exit) return true;
  if (telemetry.mailboxOverflow.hasSubscribers)
    telemetry.mailboxOverflow.publish({ type: 'mailbox_overflow', pid: process, ...limit });
  if (limit.policy === 'dropOldest') {
    const oldestTag = mailbox.peekTag();
    if (oldestTag === Tag.exit || oldestTag === Tag.system) return true;
    drop(process, oldestTag, mailbox.shift());
    return true;
  }
  drop(process, tag, payload);
  return false;
};

const drop = (process: Process, tag: number, payload: unknown): void => {
  if (tag === Tag.call) (payload as PendingCall).fail('mailbox_full');
  process.system.deadLetter(process, tag, payload, 'overflow');
};
