import { basename } from 'node:path';
import {
  CallExit,
  type CallOf,
  DynamicSupervisor,
  type DynamicSupervisorProtocol,
  describeReason,
  type Message,
  type Pid,
  type ProcessName,
  processName,
  type ReplyOf,
  type ServerRef,
  whereis,
} from '@memvisor/supervisor';
import type { RetrieverOptions } from '../options.js';
import type { RetrieverNotOpened, RetrieverProtocol } from '../retriever.js';
import { RetrieverSupervisor } from '../retriever-supervisor.js';
import { ArchiveGone, callExit, type KeeperReply, whyGone } from './archive-gone.js';
import type { ArchiveFailure } from './failure.js';
import { type Begun, beginInTurn, type InTurn } from './in-turn.js';
import type { OwnerContext } from './owner-context.js';
import { timedOut, within } from './within.js';

/** How long one archive is waited for, and who else is being opened. */
export interface KeeperSettings {
  readonly archiveTimeoutMs: number;
  readonly reopenAfterMs: number;
  /** Runs a few openings at a time. */
  readonly inTurn: InTurn;
}

type Asked = CallOf<RetrieverProtocol>;
type ReplyTo<Request> = ReplyOf<RetrieverProtocol, Request & Message>;

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
  #isClosed = false;
  #opening: Begun | undefined;
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

  /**
   * Opens the archive unless it is open, or has failed not long ago; `undefined` when it can be asked. The time to wait
   * begins when the opening begins, however many others are before it.
   */
  async ready(waitMs = this.#settings.archiveTimeoutMs): Promise<ArchiveFailure | undefined> {
    if (this.#failure !== undefined) {
      if (performance.now() - this.#failedAt < this.#settings.reopenAfterMs) return this.#failure;
      this.#failure = undefined;
    }
    if (this.#isOpen) return undefined;
    this.#opening ??= beginInTurn(this.#settings.inTurn, waitMs, () =>
      this.#open().finally(() => {
        this.#opening = undefined;
      }),
    );
    const { done } = await this.#opening;
    // Whoever waits no longer does not end the opening: a later search finds it done.
    if ((await within(done, waitMs)) === timedOut) this.#fail({ kind: 'too_slow', timeoutMs: waitMs });
    return this.#failure;
  }

  /**
   * Opens the archive where that is needed and asks its retriever. When that ends in the middle it is asked again, once,
   * after its supervisor has restarted it.
   */
  async ask<const Request extends Asked>(request: Request): Promise<KeeperReply<ReplyTo<Request>>> {
    const failure = await this.ready();
    if (failure !== undefined) return { ok: false, failure };
    const ask = () =>
      this.askOpened(this.#name, request).then((value) => ({ ok: true, value }) as const, whyGone);
    const first = await ask();
    if (first.ok || first.failure.kind !== 'died') return first;
    return (await this.#isBack()) ? ask() : { ok: false, failure: this.#failure ?? first.failure };
  }

  /**
   * Asks the retriever that was there before and no other: one restarted since may have opened another file.
   *
   * @throws {ArchiveGone} As a rejection, when it has ended or takes too long.
   */
  async askOpened<const Request extends Asked>(
    opened: ServerRef<RetrieverProtocol>,
    request: Request,
  ): Promise<ReplyTo<Request>> {
    const { archiveTimeoutMs } = this.#settings;
    try {
      return await this.#ctx.call(opened, request, archiveTimeoutMs);
    } catch (error) {
      const { failure } = callExit(error);
      if (failure !== 'timeout') throw new ArchiveGone({ kind: 'died', reason: describeReason(failure) });
      const tooSlow = { kind: 'too_slow', timeoutMs: archiveTimeoutMs } as const;
      this.#fail(tooSlow);
      throw new ArchiveGone(tooSlow);
    }
  }

  /** Told of every process that ends: after its supervisor gave up, the next search opens the archive anew. */
  ended(pid: unknown): void {
    if (pid !== this.#supervisor) return;
    this.#supervisor = undefined;
    this.#isOpen = false;
  }

  /** Ends what is open: whoever asks next opens the archive anew. */
  async letGo(): Promise<void> {
    const supervisor = this.#supervisor;
    this.ended(supervisor);
    if (supervisor !== undefined) await this.#stop(supervisor);
  }

  /** For good: what waits for its turn is not opened any more, and an opening, which may hang, is ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#supervisor === undefined) return;
    if (!this.#isOpen) this.#ctx.exit(this.#supervisor, 'kill');
    await this.#stop(this.#supervisor);
  }

  /** One that ended by itself meanwhile is as good. */
  async #stop(supervisor: Pid<DynamicSupervisorProtocol>): Promise<void> {
    await this.#ctx.stop(supervisor, 'shutdown').catch(callExit);
  }

  async #open(): Promise<void> {
    if (this.#isClosed || this.#ctx.signal.aborted)
      return this.#fail({ kind: 'died', reason: 'the archives are being closed' });
    const supervisor = await RetrieverSupervisor.startLink({}, this.#ctx);
    if (!supervisor.ok) throw new Error('the supervisor of an archive did not start');
    this.#supervisor = supervisor.pid;
    // Wanted for as long as the archives are, so whatever ends it, a `shutdown` too, it is restarted.
    const options = { ...this.#options, name: this.#name, restart: 'permanent' as const };
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

  /**
   * Waits for the supervisor, which answers when a restart is done. Where it has given up, or its retriever was taken from it,
   * the archive is opened anew.
   */
  async #isBack(): Promise<boolean> {
    const supervisor = this.#supervisor;
    if (supervisor !== undefined) {
      const asked = DynamicSupervisor.whichChildren(supervisor).catch(() => []);
      const children = await within(asked, this.#settings.archiveTimeoutMs);
      if (children === timedOut) return false;
      if (children.length === 0 && supervisor === this.#supervisor) await this.letGo();
    }
    return (await this.ready()) === undefined && whereis(this.#name) !== undefined;
  }

  #fail(failure: ArchiveFailure): void {
    this.#failure = failure;
    this.#failedAt = performance.now();
  }
}
