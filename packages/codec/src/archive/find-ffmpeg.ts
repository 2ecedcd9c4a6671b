import { toResult } from '../codec-error.js';
import type { CodecResult } from '../failure.js';
import type { Ffmpeg } from '../ffmpeg/locate.js';
import { locateFfmpeg } from '../ffmpeg/locate.js';
import { muxers } from '../profiles/container.js';
import { trialOf } from '../profiles/encode-arguments.js';
import { checkWriteOptions, type WriteArchiveOptions, type WriteSettings } from './write-options.js';

/** Everything that can be known to stand in the way before any work is done, the output's folder aside. */
export const prepareWriting = async (
  options: WriteArchiveOptions,
): Promise<{ readonly settings: WriteSettings; readonly ffmpeg: Ffmpeg }> => {
  const settings = checkWriteOptions(options);
  const { encoder, encoderOption, name } = settings.profile;
  const { container } = settings;
  const ffmpeg = await locateFfmpeg(
    {
      purpose: `encode ${name} into .${container} files`,
      encoder,
      encoderOption,
      muxer: muxers[container].name,
      trial: trialOf(settings.profile, container),
    },
    options,
  );
  return { settings, ffmpeg };
};

/**
 * Finds the ffmpeg that {@link writeArchive} would use for these options, without writing anything: the way to tell
 * early that a profile, a kind of file and this machine do not go together.
 *
 * @returns The program, or `container_unfit` or `ffmpeg_missing`, which say what can be done instead.
 * @throws {OptionError} As a rejection, for an option that can not be used.
 * @example
 * const found = await findFfmpeg({ path: 'memory.webm', profile: 'h264' });
 * if (!found.ok) console.error(describeFailure(found.failure));
 */
export const findFfmpeg = (options: WriteArchiveOptions): Promise<CodecResult<Ffmpeg>> =>
  toResult(async () => (await prepareWriting(options)).ffmpeg);
