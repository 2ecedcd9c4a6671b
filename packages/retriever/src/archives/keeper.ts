import { basename } from 'node:path';
import {
  type AnyContext,
  CallExit,
  type CallOf,
  type Context,
  DynamicSupervisor,
  type DynamicSupervisorProtocol,
  describeReason,
  type Message,
  type Pid,
  type ProcessName,
  processName,
  type ReplyOf,
  whereis,
} from '@memvisor/supervisor';
import type { RetrieverOptions } from '../options.js';
import type { RetrieverNotOpened, RetrieverProtocol } from '../retriever.js';
import { RetrieverSupervisor } from '../retriever-supervisor.js';
import { type ArchiveFailure, describeArchiveFailure } from './failure.js';
import { timedOut, within } from './within.js';

/** How long one archive is waited for, and who else is being opened. */
export interface KeeperSettings {
  readonly archiveTimeoutMs: number;
  readonly reopenAfterMs: number;
  /** Runs a few openings at a time. */
  readonly inTurn: (open: () => Promise<void>) => Promise<void>;
}

/** The process that archives belong to. */
export type OwnerContext = AnyContext & Pick<Context, 'call' | 'stop'>;

/** Thrown to whoever asks an archive that does not answer. */
export class ArchiveGone extends Error {
  override readonly name = 'ArchiveGone';
  constructor(readonly failure: ArchiveFailure) {
    super(describeArchiveFailure(failure));
  }
}

/** Of what a request rejects with: that whoever was asked is gone, as a value. Anything else is thrown. */
const callExit = (error: unknown): CallExit => {
  if (error instanceof CallExit) return error;
  throw error;
};

let serial = 0;

/**
 * One of several archives: opens it under a supervisor of its own, so that what one does to its restart budget is
 * nothing to the others, asks it, and remembers for a while that it failed.
 */
export class ArchiveKeeper {
  readonly archive: string;
  readonly #options: RetrieverOptions;
  readonly #settings: KeeperSettings;
  readonly #ctx: OwnerContext;
  readonly #name: ProcessName<RetrieverProtocol>;
  #supervisor: Pid<DynamicSupervisorProtocol> | undefined;
  #isOpen = false;
  #opening: Promise<void> | undefined;
  #failure: ArchiveFailure | undefined;
  #failedAt = 0;

  /** @param ctx the process that all of it ends with */
  constructor(options: RetrieverOptions, settings: KeeperSettings, ctx: OwnerContext) {
    this.archive = options.video;
    serial += 1;
    this.#name = processName<RetrieverProtocol>(`archive ${serial}: ${basename(options.video)}`);
    this.#options = options;
    this.#settings = settings;
    this.#ctx = ctx;
  }

  /** Opens the archive unless it is open, or has failed not long ago; `undefined` when it can be asked. */
  async ready(waitMs = this.#settings.archiveTimeoutMs): Promise<ArchiveFailure | undefined> {
    if (this.#failure !== undefined) {
      if (performance.now() - this.#failedAt < this.#settings.reopenAfterMs) return this.#failure;
      this.#failure = undefined;
    }
    if (this.#isOpen) return undefined;
    this.#opening ??= this.#settings
      .inTurn(() => this.#open())
      .finally(() => {
        this.#opening = undefined;
      });
    // Whoever waits no longer does not end the opening: a later search finds it done.
    if ((await within(this.#opening, waitMs)) === timedOut)
      this.#fail({ kind: 'too_slow', timeoutMs: waitMs });
    return this.#failure;
  }

  /**
   * Asks the archive's retriever. When that ends in the middle it is asked again after its supervisor has restarted it, once.
   *
   * @throws {ArchiveGone} As a rejection, when it ends again, does not come back, or takes too long.
   */
  async ask<const Request extends CallOf<RetrieverProtocol>>(
    request: Request,
  ): Promise<ReplyOf<RetrieverProtocol, Request & Message>> {
    const ask = () => this.#ctx.call(this.#name, request, this.#settings.archiveTimeoutMs);
    try {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof CallExit) || error.failure === 'timeout' || !(await this.#isBack()))
          throw error;
        return await ask();
      }
    } catch (error) {
      if (!(error instanceof CallExit)) throw error;
      if (error.failure !== 'timeout')
        throw new ArchiveGone({ kind: 'died', reason: describeReason(error.failure) });
      const failure = { kind: 'too_slow', timeoutMs: this.#settings.archiveTimeoutMs } as const;
      this.#fail(failure);
      throw new ArchiveGone(failure);
    }
  }

  /** Told of every process that ends: after its supervisor gave up, the next search opens the archive anew. */
  ended(pid: unknown): void {
    if (pid !== this.#supervisor) return;
    this.#supervisor = undefined;
    this.#isOpen = false;
  }

  async close(): Promise<void> {
    if (this.#supervisor !== undefined) await this.#stop(this.#supervisor);
  }

  /** One that ended by itself meanwhile is as good. */
  async #stop(supervisor: Pid<DynamicSupervisorProtocol>): Promise<void> {
    await this.#ctx.stop(supervisor, 'shutdown').catch(callExit);
  }

  async #open(): Promise<void> {
    const supervisor = await RetrieverSupervisor.startLink({}, this.#ctx);
    if (!supervisor.ok) throw new Error('the supervisor of an archive did not start');
    this.#supervisor = supervisor.pid;
    const options = { ...this.#options, name: this.#name };
    const started = await RetrieverSupervisor.startRetriever(supervisor.pid, options).catch(callExit);
    if (started instanceof CallExit) {
      // The supervisor itself ended meanwhile.
      this.#supervisor = undefined;
      return this.#fail({ kind: 'died', reason: describeReason(started.failure) });
    }
    if (started.ok) {
      this.#isOpen = true;
      this.#failure = undefined;
      return;
    }
    const detail =
      'reason' in started ? (started.reason as { detail?: RetrieverNotOpened }).detail : undefined;
    this.#fail(
      detail?.kind === 'retriever_not_opened'
        ? { kind: 'not_opened', failure: detail.failure }
        : { kind: 'died', reason: 'reason' in started ? describeReason(started.reason) : started.kind },
    );
    this.#supervisor = undefined;
    await this.#stop(supervisor.pid);
  }

  /** Waits for the supervisor, which answers when a restart is done. */
  async #isBack(): Promise<boolean> {
    if (this.#supervisor === undefined) return false;
    const children = DynamicSupervisor.whichChildren(this.#supervisor).catch(() => undefined);
    const answered = await within(children, this.#settings.archiveTimeoutMs);
    return answered !== timedOut && answered !== undefined && whereis(this.#name) !== undefined;
  }

  #fail(failure: ArchiveFailure): void {
    this.#failure = failure;
    this.#failedAt = performance.now();
  }
}
