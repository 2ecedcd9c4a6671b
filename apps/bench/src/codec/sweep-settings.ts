import type { CodecPool } from '@memvisor/codec';
import type { Kept } from './kept.js';
import { settings } from './settings.js';
import { encodersOf, type Measured, measureSetting } from './sweep.js';

/** What a benchmark works with. */
export type Means = {
  readonly pool: CodecPool;
  readonly folder: string;
  /** Few frames, and no slow encoder. */
  readonly quick: boolean;
  readonly say: (line: string) => void;
  /** What was measured before. */
  readonly kept: Kept;
  /** Told what could not be measured, and why. */
  readonly leaveOut: (reason: string) => void;
};

/** Measures all settings whose name or profile contains `only`, but for those that are known already. */
export const sweepSettings = async (
  program: string,
  frames: number,
  only: string,
  { pool, folder, quick, say, kept, leaveOut }: Means,
): Promise<Measured[]> => {
  const encoders = await encodersOf(program);
  const sweep: Measured[] = [];
  for (const setting of settings) {
    if (quick && (setting.slow === true || setting.encoder === 'libaom-av1')) continue;
    if (!`${setting.name} ${setting.profile ?? ''}`.includes(only)) continue;
    if (!encoders.has(setting.encoder)) {
      leaveOut(`${setting.name}: this ffmpeg lacks ${setting.encoder}`);
      continue;
    }
    say(`settings: ${setting.name}`);
    try {
      const known = kept.setting(setting.name);
      const measured = known ?? (await measureSetting(setting, frames, { program, runner: pool, folder }));
      if (known === undefined) kept.addSetting(measured);
      sweep.push(measured);
    } catch (error) {
      leaveOut(`${setting.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return sweep;
};
