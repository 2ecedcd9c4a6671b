import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Encoder } from '@memvisor/encoder';
import type { Fault } from './fault.js';
import type { Outcome, Round } from './round.js';
import { within } from './violation.js';

/** An ffmpeg that answers as the real one does, and does what the script says when it shall encode. */
export const layFfmpeg = (round: Round, script: string): string => {
  const path = join(round.folder, 'ffmpeg');
  writeFileSync(
    path,
    `#!/bin/sh\nreal="${round.means.ffmpeg}"\ncase "$*" in\n  *rawvideo*building*) ${script} ;;\n  *) exec "$real" "$@" ;;\nesac\n`,
  );
  chmodSync(path, 0o755);
  return path;
};

/** No build of this size takes longer, whatever else the machine does. */
const longestBuildMs = 60_000;

/** Begins the build; `round.over` resolves when whoever waits for it is told. */
export const beginBuild = (round: Round, _fault?: Fault): Promise<Outcome> => {
  const { encoder } = round;
  if (encoder === undefined) throw new Error('there is no encoder');
  const told = Encoder.buildVideo(encoder, join(round.out, 'm.mp4')).then(
    (result): Outcome => ({ type: 'answered', result }),
    (error: unknown): Outcome => ({ type: 'rejected', error }),
  );
  round.over = told;
  return within(longestBuildMs, 'the build', told);
};

/** `codec.ffmpeg_failed`: the kind of a failure, and of the one within. */
export const failureName = (outcome: Outcome | undefined): string => {
  if (outcome?.type !== 'answered' || outcome.result.ok) return '';
  const { failure } = outcome.result;
  return 'failure' in failure ? `${failure.kind}.${failure.failure.kind}` : failure.kind;
};
