// The tree of a round: a supervisor with one encoder that has its sources.
import { describeEncoderFailure, Encoder, type EncoderProtocol, EncoderSupervisor } from '@memvisor/encoder';
import { describeReason, exit, exited, isAlive, processName, subscribe, whereis } from '@memvisor/supervisor';
import type { Fault } from './fault.js';
import type { CollectedSource, Round } from './round.js';
import { mustHold, Violation, within } from './violation.js';

/** Starts it; what its processes report is kept from here on. */
export const startTree = async (round: Round, fault: Fault | undefined): Promise<() => void> => {
  const unsubscribe = subscribe(
    (event) => round.events.push(event),
    ['restart', 'restart_intensity_exceeded', 'child_stop'],
  );
  const started = await EncoderSupervisor.startLink({ maxRestarts: 3, maxSeconds: 5 });
  if (!started.ok) throw new Violation('the supervisor did not start');
  round.supervisor = started.pid;
  const encoder = await EncoderSupervisor.startEncoder(started.pid, {
    indexName: 'memory',
    name: nameOf(round),
    restart: round.restart,
    shutdown: round.shutdownMs,
    config: {
      ffmpegPath: round.ffmpegPath,
      embedding: { module: round.embedder },
      ...(fault?.stallTimeoutMs === undefined ? {} : { stallTimeoutMs: fault.stallTimeoutMs }),
    },
  });
  if (!encoder.ok || encoder.pid === undefined) throw new Violation('the encoder did not start');
  round.encoder = encoder.pid;
  await addSources(encoder.pid, fault?.sources?.(round) ?? round.wholeSources);
  return unsubscribe;
};

const addSources = async (
  encoder: NonNullable<Round['encoder']>,
  sources: readonly CollectedSource[],
): Promise<void> => {
  for (const source of sources) {
    const added = await Encoder.addSource(encoder, source);
    if (!added.ok) throw new Violation(describeEncoderFailure(added.failure));
  }
};

const nameOf = ({ folder }: Round) => processName<EncoderProtocol>(folder);

/** The encoder that has the name now. */
export const successor = (round: Round) => whereis(nameOf(round));

export const stopTree = async ({ supervisor }: Round): Promise<void> => {
  if (supervisor === undefined || !isAlive(supervisor)) return;
  exit(supervisor, 'shutdown');
  await within(15_000, 'the end of the supervisor', exited(supervisor));
};

/** Expected failures are values: the encoder lives, knows why, and its supervisor had nothing to do. */
export const checkLiving = async (round: Round): Promise<void> => {
  const { encoder, outcome } = round;
  if (encoder === undefined || outcome?.type !== 'answered') return;
  mustHold(isAlive(encoder), 'the encoder answered and then died');
  const state = await within(5000, 'the state of the encoder', Encoder.getState(encoder));
  mustHold(
    state.state === (outcome.result.ok ? 'completed' : 'error'),
    `the encoder is in ${state.state} after it answered`,
  );
  mustHold(round.told('restart').length === 0, 'an encoder was restarted that had not died');
  if (!outcome.result.ok) checkWords(describeEncoderFailure(outcome.result.failure));
};

/** The encoder died for `reason`: its supervisor starts it again where its spec says so, and tells why. */
export const checkDead = async (round: Round, reason: string): Promise<void> => {
  const { encoder, outcome, supervisor } = round;
  if (encoder === undefined || supervisor === undefined) return;
  mustHold(outcome?.type === 'rejected', 'who waited for the build was not told of the death');
  checkWords(outcome?.type === 'rejected' ? String((outcome.error as Error).message) : '');
  const ended = await within(10_000, 'the end of the encoder', exited(encoder));
  mustHold(describeReason(ended) === reason, `it ended with ${describeReason(ended)}, not ${reason}`);
  mustHold(isAlive(supervisor), 'one death ended the supervisor');
  // It hears of the death before any later message.
  const { active } = await within(
    5000,
    'an answer of the supervisor',
    EncoderSupervisor.countEncoders(supervisor),
  );
  const expected = round.restartsAfter(ended) ? 1 : 0;
  const restarts = round.told('restart');
  mustHold(
    restarts.length === expected && active === expected,
    `${round.restart} after ${reason}: ${restarts.length} restarts, ${active} encoders, expected ${expected}`,
  );
  for (const restart of restarts)
    mustHold(
      describeReason(restart.reason) === reason,
      `it was restarted for ${describeReason(restart.reason)}`,
    );
  if (expected === 1) {
    const next = successor(round);
    mustHold(next !== undefined && next !== encoder, 'nobody has the name after the restart');
    if (next !== undefined)
      mustHold((await Encoder.getState(next)).state === 'ready', 'the restarted encoder is not ready');
  }
};

/** Words for people: some, and neither objects nor stack traces. */
export const checkWords = (words: string): void => {
  mustHold(words.length > 5, `no reason was given: ${JSON.stringify(words)}`);
  mustHold(!/\[object |\{"|undefined|\n\s+at /.test(words), `not in words: ${words}`);
};
