import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { EncoderSupervisor } from '@memvisor/encoder';
import type { Fault } from '../fault.js';
import type { Round } from '../round.js';
import { mustHold } from '../violation.js';

/** The ffmpeg that is alive, now or next. */
const anyFfmpeg = (round: Round) =>
  round.means.watch.next(() => {
    const found = round.means.watch.ports(/ffmpeg/);
    return found.length === 0 ? undefined : found[round.chance.below(found.length)];
  }, round.over);

const signalFfmpeg = (signal: NodeJS.Signals) => async (round: Round) => {
  const ffmpeg = await anyFfmpeg(round);
  if (ffmpeg === undefined) return;
  round.struck = true;
  round.note += `, ${signal} to ${/rawvideo.*pipe:0/.test(ffmpeg.command) ? 'the writing' : 'a reading'} ffmpeg`;
  try {
    process.kill(ffmpeg.osPid, signal);
  } catch {
    round.struck = false; // it ended meanwhile
  }
};

/** What a stubborn ffmpeg makes once it ignores signals: before that it would end of one like any other. */
const trapSet = (round: Round) => join(round.folder, 'trap-set');

const ignoresSignals = async (round: Round): Promise<boolean> => {
  let isOver = false;
  void round.over.then(() => {
    isOver = true;
  });
  while (!existsSync(trapSet(round)) && !isOver) await setTimeout(5);
  return !isOver;
};

/** Its last argument is `file:` and the path of the output. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
const output = 'for last; do :; done; out="${last#file:}";';

export const ffmpegFaults: readonly Fault[] = [
  {
    name: 'ffmpeg_killed',
    how: 'SIGKILL to a running ffmpeg, the one that writes or one that reads back',
    holds: 'an expected failure that names SIGKILL; the encoder lives',
    endings: ['failed', 'completed'],
    failures: /^codec\.ffmpeg_failed$/,
    strike: signalFfmpeg('SIGKILL'),
  },
  {
    name: 'ffmpeg_stopped',
    how: 'SIGSTOP to a running ffmpeg, which is never continued',
    holds: 'past stallTimeoutMs it is ended by force, and the failure says that it stalled',
    endings: ['failed', 'completed'],
    failures: /^codec\.ffmpeg_stalled$/,
    stallTimeoutMs: 400,
    strike: signalFfmpeg('SIGSTOP'),
  },
  {
    name: 'ffmpeg_garbage',
    how: 'an ffmpeg that takes all frames, writes random bytes and says that all is well',
    holds: 'reading back finds out',
    endings: ['failed'],
    failures: /^codec\.(not_a_video|unreadable_frames|ffmpeg_failed)$/,
    ffmpeg: ({ chance }) =>
      `${output} cat >/dev/null; head -c ${1 + chance.below(300_000)} /dev/urandom >"$out"`,
  },
  {
    name: 'ffmpeg_half_file',
    how: 'an ffmpeg that leaves in mid-stream, or whose complete file is cut off and which says that all is well',
    holds: 'the exit code, or reading back, tells',
    endings: ['failed'],
    failures: /^codec\.(not_a_video|unreadable_frames|ffmpeg_failed)$/,
    ffmpeg: ({ chance }) =>
      chance.below(2) === 0
        ? `head -c ${1 + chance.below(400_000)} >/dev/null; echo "Conversion failed!" >&2; exit 3`
        : `${output} "$real" "$@"; size=$(stat -c %s "$out"); truncate -s $((size * ${1 + chance.below(95)} / 100)) "$out"`,
  },
  {
    name: 'ffmpeg_floods',
    how: 'an ffmpeg that writes megabytes to stderr, then works, or fails',
    holds: 'its stderr is read and bounded; the failure shows its end only',
    endings: ['completed', 'failed'],
    failures: /^codec\.ffmpeg_failed$/,
    survivable: true,
    ffmpeg: ({ chance }) =>
      `yes "frame dropped, past duration too large" | head -c ${1_000_000 + chance.below(8_000_000)} >&2; ${
        chance.below(2) === 0 ? 'exec "$real" "$@"' : 'exit 1'
      }`,
    check: ({ outcome }) => mustHold(JSON.stringify(outcome).length < 100_000, 'the flood is in the failure'),
  },
  {
    name: 'ffmpeg_stubborn',
    how: 'an ffmpeg that ignores SIGTERM, while its encoder is stopped',
    holds: 'the supervisor kills the encoder when its shutdown time is up, and says so; ffmpeg gets SIGKILL',
    endings: ['died'],
    ffmpeg: (round) => `trap '' TERM INT; : > '${trapSet(round)}'; exec sleep 60`,
    stages: ['chunk', 'embed', 'encode'],
    prepare: (round) => {
      round.stopWithinMs = 100 + round.chance.below(300);
    },
    strike: async (round) => {
      const { supervisor, encoder } = round;
      if (supervisor === undefined || encoder === undefined) return;
      if (!(await ignoresSignals(round))) return;
      round.struck = true;
      await EncoderSupervisor.stopEncoder(supervisor, encoder);
    },
    check: (round) => {
      const [stop] = round.told('child_stop');
      mustHold(stop !== undefined, 'the supervisor did not tell that it stopped the encoder');
      if (stop === undefined) return;
      mustHold(stop.forced, 'the encoder ended in its time with an ffmpeg that does not end');
      mustHold(
        stop.tookMs >= round.shutdownMs - 5 && stop.tookMs < round.shutdownMs + 3000,
        `its shutdown time is ${round.shutdownMs} ms, and it took ${stop.tookMs} ms`,
      );
      mustHold(round.told('restart').length === 0, 'a stopped encoder was restarted');
    },
  },
  {
    name: 'program_gone',
    how: 'ffmpeg, or the Node that would compute the index, is no longer there when it shall start',
    holds: 'an expected failure that says so; the encoder lives',
    endings: ['failed'],
    failures: /^(codec\.ffmpeg_failed|codec\.ffmpeg_missing|index_process_died)$/,
    prepare: (round) => {
      if (round.chance.below(2) === 0) {
        round.note = 'Node is gone';
        process.execPath = '/no/such/node';
        return;
      }
      round.note = 'ffmpeg is gone';
      // It shows that it can encode, and takes itself away with that.
      round.ffmpegPath = join(round.folder, 'ffmpeg');
      writeFileSync(
        round.ffmpegPath,
        `#!/bin/sh\ncase "$*" in *${devNull}*) sleep 0.1; "${round.means.ffmpeg}" "$@"; rm -f "$0" ;; *) exec "${round.means.ffmpeg}" "$@" ;; esac\n`,
      );
      chmodSync(round.ffmpegPath, 0o755);
    },
    restore: (round) => {
      process.execPath = nodePath;
      rmSync(join(round.folder, 'ffmpeg'), { force: true });
    },
  },
];

const nodePath = process.execPath;
