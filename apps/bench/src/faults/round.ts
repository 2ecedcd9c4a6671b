import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Embedder } from '@memvisor/embedding';
import type { BuildStats, EncoderProtocol, EncoderResult } from '@memvisor/encoder';
import type {
  DynamicSupervisorProtocol,
  ExitReason,
  Pid,
  RestartType,
  TelemetryEvent,
} from '@memvisor/supervisor';
import type { Chance } from '../soak/chance.js';
import type { ArchiveFiles } from './archive-state.js';
import type { Ending } from './fault.js';
import type { Gate } from './gate.js';
import type { Means } from './means.js';

/** A text as an encoder is given it. */
export type CollectedSource = { readonly source: string; readonly text: () => AsyncIterable<string> };

/** What the one who asked for the build was told. */
export type Outcome =
  | { readonly type: 'answered'; readonly result: EncoderResult<BuildStats> }
  | { readonly type: 'rejected'; readonly error: unknown };

/** One round: everything that a fault may touch, and what was seen. */
export class Round {
  /** Where the archive is to stand. */
  readonly out: string;
  readonly input: string;
  readonly secondInput: string;
  readonly temporary: string;
  readonly stash: string;
  /** Set by faults that need another than the one drawn. */
  stopWithinMs: number | undefined;
  restartAlways = false;
  reason = 'kill';
  /** Whether the short text is built from. */
  short = false;
  /** Where the reading of the inputs waits for a fault. */
  halfway: Gate | undefined;
  /** What stands in for ffmpeg. */
  ffmpegScript: string | undefined;
  ffmpegPath: string;
  embedder: Embedder;
  supervisor: Pid<DynamicSupervisorProtocol> | undefined;
  encoder: Pid<EncoderProtocol> | undefined;
  outcome: Outcome | undefined;
  ending: Ending | undefined;
  /** Resolves when the build has come to an end. */
  over: Promise<unknown> = Promise.resolve();
  /** What it did, for the report of a violation. */
  note = '';
  struck = false;
  private readonly drawnRestart: RestartType;
  private readonly drawnShutdownMs: number;
  readonly events: TelemetryEvent[] = [];
  readonly mounts: string[] = [];
  before: ArchiveFiles = { video: undefined, index: undefined };

  constructor(
    readonly means: Means,
    readonly chance: Chance,
    readonly folder: string,
  ) {
    this.out = join(folder, 'out');
    this.input = join(folder, 'text.txt');
    this.secondInput = join(folder, 'more.txt');
    this.temporary = join(folder, 'tmp');
    this.stash = join(folder, 'stash');
    this.ffmpegPath = means.ffmpeg;
    this.embedder = means.hashing;
    this.drawnRestart = chance.oneOf(['permanent', 'transient', 'temporary']);
    this.drawnShutdownMs = 3000 + chance.below(4000);
  }

  get restart(): RestartType {
    return this.restartAlways ? 'permanent' : this.drawnRestart;
  }

  get shutdownMs(): number {
    return this.stopWithinMs ?? this.drawnShutdownMs;
  }

  /** The inputs as files, read in small pieces. */
  get wholeSources(): readonly CollectedSource[] {
    return [this.input, this.secondInput].map((path) => ({
      source: path === this.input ? 'text.txt' : 'more.txt',
      text: () => createReadStream(path, { encoding: 'utf8', highWaterMark: 4096 }),
    }));
  }

  /** The events of one type that the encoders' supervisor published. */
  told<Type extends 'restart' | 'restart_intensity_exceeded' | 'child_stop'>(
    type: Type,
  ): readonly Extract<TelemetryEvent, { type: Type }>[] {
    return this.events.filter(
      (event): event is Extract<TelemetryEvent, { type: Type }> =>
        event.type === type && 'supervisor' in event && event.supervisor === this.supervisor,
    );
  }

  /** Whether the encoder's kind of restart asks for one after this reason. */
  restartsAfter(reason: ExitReason): boolean {
    if (this.restart === 'transient') return reason !== 'normal' && reason !== 'shutdown';
    return this.restart === 'permanent';
  }
}
