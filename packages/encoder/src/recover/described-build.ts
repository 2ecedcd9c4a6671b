import { CodecError, openArchive } from '@memvisor/codec';
import { OptionError } from '@memvisor/supervisor';
import * as z from 'zod';
import { fail } from '../build/build-error.js';
import { type CheckedConfig, checkConfig, type EncoderConfig } from '../config/config.js';

/** What a video says of how it was built; another writer's may say nothing. What it says may be anything. */
export type DescribedBuild = {
  readonly path: string;
  readonly model: string | undefined;
  readonly fingerprint: string;
  readonly index: { readonly [setting: string]: unknown };
};

const schema = z.object({
  embedding: z
    .object({ model: z.string().optional().catch(undefined), fingerprint: z.string().catch('') })
    .catch({ model: undefined, fingerprint: '' }),
  index: z.record(z.string(), z.unknown()).catch({}),
});

/** Reads what a video says it was built with. */
export const describedBuild = async (
  path: string,
  options: { readonly ffmpegPath: string | undefined; readonly signal: AbortSignal },
): Promise<DescribedBuild> => {
  const opened = await openArchive(path, { ...options, allowTruncated: true, decoders: 0 });
  if (!opened.ok) throw new CodecError(opened.failure);
  const { metadata } = opened.value.info;
  await opened.value.close();
  const { embedding, index } = schema.parse(metadata);
  return { path, model: embedding.model, fingerprint: embedding.fingerprint, index };
};

/** What a build writes of its index. Fixed for what is not said: defaults of today are not those of whoever wrote it. */
const unsaid = { vectorSearchSpace: 'cosine', storage: 'int6', reduceTo: 0, windows: 'mean' } as const;

/** The settings of the index that was built with the video; one that is not known here is a failure. */
export const describedIndex = ({ path, index }: DescribedBuild): CheckedConfig['index'] => {
  const said = Object.keys(unsaid).flatMap((name) =>
    index[name] === undefined ? [] : [[name, index[name]]],
  );
  try {
    const settings = { ...unsaid, ...Object.fromEntries(said) } as NonNullable<EncoderConfig['index']>;
    return checkConfig({ index: settings }).index;
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    const { option, value, expected } = error;
    return fail({ kind: 'unknown_setting', path, place: option, value, expected });
  }
};
