import { Encoder, EncoderSupervisor } from '@memvisor/encoder';
import { describeReason, exit, exited, isAlive } from '@memvisor/supervisor';
import type { Fault } from '../fault.js';
import { checkDead, successor } from '../tree.js';
import { mustHold, within } from '../violation.js';

export const processFaults: readonly Fault[] = [
  {
    name: 'encoder_killed',
    how: "an exit signal to the encoder: 'kill', or another reason, after which it first clears up",
    holds: 'who waits is told; it is restarted as its spec says, and the supervisor says why',
    endings: ['died', 'completed'],
    prepare: (round) => {
      round.reason = round.chance.oneOf(['kill', 'boom']);
    },
    strike: (round) => {
      if (round.encoder === undefined) return;
      round.struck = true;
      round.note += `, ${round.reason}`;
      exit(round.encoder, round.reason);
    },
    check: async (round) => {
      if (round.ending === 'died') await checkDead(round, round.reason === 'kill' ? 'killed' : 'boom');
    },
  },
  {
    name: 'encoder_stopped',
    how: 'the supervisor is asked to stop the encoder, or the build is cancelled',
    holds: 'it ends within its shutdown time and is not restarted; a cancelled build is a failure',
    endings: ['died', 'failed', 'completed'],
    failures: /^cancelled$/,
    strike: async (round) => {
      const { encoder, supervisor } = round;
      if (encoder === undefined || supervisor === undefined) return;
      round.struck = true;
      if (round.chance.below(2) === 0) {
        round.note += ', cancelled';
        return Encoder.cancelBuild(encoder);
      }
      round.note += ', stopped';
      await within(round.shutdownMs + 5000, 'stopping', EncoderSupervisor.stopEncoder(supervisor, encoder));
    },
    check: (round) => {
      if (round.ending !== 'died') return;
      const [stop] = round.told('child_stop');
      mustHold(stop !== undefined && !stop.forced, 'the encoder did not end in its time');
      mustHold(round.told('restart').length === 0, 'a stopped encoder was restarted');
    },
  },
  {
    name: 'supervisor_killed',
    how: "an exit signal 'kill' to the encoders' supervisor",
    holds: 'its encoder ends with it, and so does all that the build had started',
    endings: ['died', 'completed'],
    strike: (round) => {
      if (round.supervisor === undefined) return;
      round.struck = true;
      exit(round.supervisor, 'kill');
    },
    check: async (round) => {
      const { encoder, supervisor } = round;
      if (encoder === undefined || supervisor === undefined || !round.struck) return;
      await within(10_000, 'the end of the encoder', exited(encoder));
      mustHold(!isAlive(supervisor), 'the supervisor lives');
      mustHold(round.told('restart').length === 0, 'a dead supervisor restarted its child');
    },
  },
  {
    name: 'restarts_spent',
    how: 'the encoder is killed whenever it is there, until its supervisor gives up',
    holds: 'at the fourth death within 5 s the supervisor ends and names what spent its budget',
    endings: ['died', 'completed'],
    prepare: (round) => {
      round.restartAlways = true;
    },
    strike: async (round) => {
      const { supervisor } = round;
      if (supervisor === undefined) return;
      const { watch } = round.means;
      for (let deaths = 0; deaths < 4; deaths++) {
        const victim = await watch.next(() => successor(round), Promise.resolve());
        if (victim === undefined) return;
        round.struck = true;
        exit(victim, 'kill');
        await exited(victim);
        // The supervisor answers when it has done with the death.
        if (deaths < 3) await EncoderSupervisor.countEncoders(supervisor);
      }
    },
    check: async (round) => {
      const { supervisor } = round;
      if (supervisor === undefined || !round.struck) return;
      const reason = await within(10_000, 'the end of the supervisor', exited(supervisor));
      mustHold(describeReason(reason).startsWith('shutdown'), `it ended with ${describeReason(reason)}`);
      mustHold(round.told('restart').length === 3, `${round.told('restart').length} restarts, not 3`);
      const [exceeded] = round.told('restart_intensity_exceeded');
      mustHold(exceeded?.maxRestarts === 3, 'it did not tell that its restarts are spent');
      mustHold(describeReason(exceeded?.reason ?? '') === 'killed', 'it did not tell of what');
    },
  },
];
