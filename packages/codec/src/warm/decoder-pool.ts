import {
  type ChildSpec,
  exited,
  type Pid,
  type SupervisorProtocol,
  startOsProcess,
  startSupervisor,
  stopServer,
} from '@memvisor/supervisor';
import type { Ffmpeg } from '../ffmpeg/locate.js';
import { decoderArguments } from './decoder-arguments.js';
import { type Decoded, WarmDecoder } from './warm-decoder.js';

/**
 * A decoder that wakes up must not take the core from the thread that just handed it a picture: that has the others to hand
 * out and to read. Little enough that it still comes before whatever works in the background.
 */
const decoderNice = 3;

/** Decoders that died without having answered anything: from then on they are not worth waiting for. */
const fruitlessDeaths = 2;

/**
 * Decoders under a `one_for_one` supervisor of their own, which starts anew each that dies, up to 3 times in 5
 * seconds. A picture goes to the first that has nothing to do, so that a slow one holds up its own picture and no
 * other; one that a decoder died over is tried once more with another, but not one that it got stuck over: damaged pictures
 * may never come out of any.
 */
export class DecoderPool {
  readonly #supervisor: Pid<SupervisorProtocol>;
  readonly #decoders: Map<number, WarmDecoder>;
  readonly #busy = new Set<WarmDecoder>();
  /** Told when a decoder may have become free. */
  #waiting: (() => void)[] = [];
  #answered = false;
  #failures = 0;
  #over = false;

  private constructor(supervisor: Pid<SupervisorProtocol>, decoders: Map<number, WarmDecoder>) {
    this.#supervisor = supervisor;
    this.#decoders = decoders;
    void exited(supervisor).then(() => {
      this.#over = true;
      this.#wakeAll();
    });
  }

  static async start(ffmpeg: Ffmpeg, count: number, pictureBytes: number): Promise<DecoderPool | undefined> {
    const decoders = new Map<number, WarmDecoder>();
    const command = { program: ffmpeg.program, args: decoderArguments(ffmpeg.passthrough) };
    const spec = (number: number): ChildSpec => ({
      id: `decoder ${number}`,
      modules: ['warm decoder'],
      start: (ctx) => {
        // Nothing of it is worth saving: it is ended at once.
        const process = startOsProcess(command, { owner: ctx.self, shutdownMs: 0, nice: decoderNice });
        decoders.set(number, new WarmDecoder(process, pictureBytes));
        return { ok: true, pid: process.pid };
      },
    });
    const specs = Array.from({ length: count }, (_, number) => spec(number));
    const started = await startSupervisor(specs, { label: 'decoders', maxRestarts: 3, maxSeconds: 5 });
    return started.ok ? new DecoderPool(started.pid, decoders) : undefined;
  }

  /** Whether its supervisor gave up decoders that had worked: after a rest others may. */
  get gaveUp(): boolean {
    return this.#over && this.#answered;
  }

  /** The gray pixels; `undefined` where warm decoders can not give them. */
  async decode(unit: Uint8Array): Promise<Decoded> {
    for (let tries = 0; tries < 2 && !this.#over; tries++) {
      const decoder = await this.#free();
      const gray = await decoder?.decode(unit);
      if (decoder !== undefined) this.#busy.delete(decoder);
      if (gray instanceof Uint8Array) {
        this.#waiting.shift()?.();
        this.#answered = true;
        return gray;
      }
      this.#wakeAll();
      this.#failures += 1;
      if (!this.#answered && this.#failures >= fruitlessDeaths) await this.stop();
      if (gray === 'stuck') return gray;
    }
    return undefined;
  }

  /** Ends the decoders; what they are at fails. */
  async stop(): Promise<void> {
    this.#over = true;
    this.#wakeAll();
    await stopServer(this.#supervisor).catch(() => {}); // gone already
  }

  /** A decoder that has nothing to do, taken; waits while all are busy. `undefined` when none is left. */
  async #free(): Promise<WarmDecoder | undefined> {
    while (!this.#over) {
      const alive = [...this.#decoders.values()].filter(({ gone }) => !gone);
      const free = alive.find((decoder) => !this.#busy.has(decoder));
      if (free !== undefined) this.#busy.add(free);
      if (free !== undefined || alive.length === 0) return free;
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    return undefined;
  }

  #wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
