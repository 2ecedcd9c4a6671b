import {
  type AnyContext,
  type ChildCounts,
  type ChildInfo,
  childSpec,
  type DynamicStartChildResult,
  DynamicSupervisor,
  type DynamicSupervisorDefinition,
  type DynamicSupervisorProtocol,
  type DynamicSupervisorRef,
  dynamicSupervisor,
  OptionError,
  type Pid,
  type RestartType,
  type ServerRef,
  type Shutdown,
  type StartResult,
  startDynamicSupervisor,
  type TypedChildSpec,
  whereis,
} from '@memvisor/supervisor';
import { buildVideo } from '../build/build-video.js';
import type { Build } from '../build/job.js';
import { checkConfig, type EncoderConfig } from '../config/config.js';
import { Encoder } from '../encoder/client.js';
import { encoder } from '../encoder/encoder.js';
import type { EncoderProtocol, EncoderSnapshot } from '../encoder/messages.js';

type EncoderName = Exclude<ServerRef<EncoderProtocol>, Pid<EncoderProtocol>>;
type SupervisorName = Exclude<DynamicSupervisorRef, Pid<DynamicSupervisorProtocol>>;

/** How one encoder is started. */
export type StartEncoderOptions = {
  /** What the memory is called, in events and lists. */
  readonly indexName: string;
  /** How it chunks, embeds and encodes. @defaultValue every option's own default */
  readonly config?: EncoderConfig;
  /** Registers the encoder under this name. @defaultValue none */
  readonly name?: EncoderName;
  /**
   * Whether it is started again when it ends. What it had collected is gone then, so a restart helps only those
   * who will add it again. @defaultValue `'temporary'`: never
   */
  readonly restart?: RestartType;
  /** How long, in milliseconds, it may take to end a build before it is killed. @defaultValue `5000` */
  readonly shutdown?: Shutdown;
  /** What builds, for tests. @defaultValue video and index, with ffmpeg and the embedding model */
  readonly build?: Build;
};

/** How the supervisor is started. */
export type EncoderSupervisorOptions = {
  /** Registers the supervisor under this name. @defaultValue none */
  readonly name?: SupervisorName;
  /** Restarts within `maxSeconds` that it bears before it gives up. @defaultValue `3` */
  readonly maxRestarts?: number;
  /** @defaultValue `5` */
  readonly maxSeconds?: number;
  /** Most encoders at a time; past it `startEncoder` answers `max_children`. @defaultValue no limit */
  readonly maxChildren?: number;
};

const definition = ({ name: _, ...options }: EncoderSupervisorOptions): DynamicSupervisorDefinition =>
  dynamicSupervisor({ name: 'EncoderSupervisor', ...options });

/** Starts the supervisor, linked to `parent` when there is one. */
const startLink = (
  { name, ...options }: EncoderSupervisorOptions = {},
  parent?: AnyContext,
): Promise<StartResult<DynamicSupervisorProtocol>> =>
  startDynamicSupervisor({
    ...options,
    label: 'EncoderSupervisor',
    ...(name === undefined ? {} : { name }),
    ...(parent === undefined ? {} : { parent }),
  });

/** The supervisor as a child of another. */
const supervisorSpec = (options: EncoderSupervisorOptions = {}): TypedChildSpec<DynamicSupervisorProtocol> =>
  childSpec(definition(options), undefined, options.name === undefined ? {} : { name: options.name });

/**
 * An encoder as a child of any supervisor.
 *
 * @throws {OptionError} For an option that can't be right.
 * @example
 * await startSupervisor([encoderSpec({ indexName: 'notes', restart: 'permanent' })]);
 */
export const encoderSpec = ({
  indexName,
  config,
  name,
  restart = 'temporary',
  shutdown = 5000,
  build = buildVideo,
}: StartEncoderOptions): TypedChildSpec<EncoderProtocol> => {
  if (typeof indexName !== 'string' || indexName === '')
    throw new OptionError('indexName', indexName, 'a text that is not empty');
  return childSpec(
    encoder,
    { indexName, config: checkConfig(config), buildWith: build },
    { id: indexName, restart, shutdown, ...(name === undefined ? {} : { name }) },
  );
};

/**
 * Starts an encoder, in state `ready`.
 *
 * @throws {OptionError} As a rejection, for a configuration that can't be right; nothing is started then.
 */
const startEncoder = async (
  supervisor: DynamicSupervisorRef,
  options: StartEncoderOptions,
): Promise<DynamicStartChildResult<EncoderProtocol>> =>
  DynamicSupervisor.startChild(supervisor, encoderSpec(options));

/** What stopping an encoder comes to; `not_found`: this supervisor has none under that pid or name. */
export type StopEncoderResult = { readonly ok: true } | { readonly ok: false; readonly kind: 'not_found' };

/** Stops an encoder; a build under way is ended, and leaves nothing behind. */
const stopEncoder = async (
  supervisor: DynamicSupervisorRef,
  which: ServerRef<EncoderProtocol>,
): Promise<StopEncoderResult> => {
  const pid = whereis(which);
  if (pid === undefined) return { ok: false, kind: 'not_found' };
  return DynamicSupervisor.terminateChild(supervisor, pid);
};

/** Stops every encoder; how many there were. */
const stopAllEncoders = (supervisor: DynamicSupervisorRef): Promise<number> =>
  DynamicSupervisor.terminateAll(supervisor);

/** The encoders: pid, type and modules of each; their `id` is `undefined`, as of all dynamic children. */
const listEncoders = (supervisor: DynamicSupervisorRef): Promise<readonly ChildInfo[]> =>
  DynamicSupervisor.whichChildren(supervisor);

/** How many encoders there are; costs the same however many. */
const countEncoders = (supervisor: DynamicSupervisorRef): Promise<ChildCounts> =>
  DynamicSupervisor.countChildren(supervisor);

/** Each encoder's state and data; one that ends meanwhile is left out. */
const getEncodersInfo = (
  supervisor: DynamicSupervisorRef,
): Promise<ReadonlyMap<Pid<EncoderProtocol>, EncoderSnapshot>> =>
  DynamicSupervisor.askAll(supervisor, (pid: Pid<EncoderProtocol>) => Encoder.getState(pid));

/**
 * The supervisor of encoders: starts them, knows them, ends them.
 *
 * @example
 * const supervisor = await EncoderSupervisor.startLink();
 * if (!supervisor.ok) throw new Error('not started');
 * const started = await EncoderSupervisor.startEncoder(supervisor.pid, { indexName: 'notes' });
 * if (started.ok && started.pid) {
 *   await Encoder.addText(started.pid, 'Bees make honey.', { source: 'bees.txt' });
 *   const built = await Encoder.buildVideo(started.pid, 'memory.mp4');
 *   console.log(built.ok ? built.value.totalFrames : describeEncoderFailure(built.failure));
 * }
 */
export const EncoderSupervisor = {
  startLink,
  childSpec: supervisorSpec,
  startEncoder,
  stopEncoder,
  stopAllEncoders,
  listEncoders,
  countEncoders,
  getEncodersInfo,
} as const;
