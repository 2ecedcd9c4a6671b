import { createRequire } from 'node:module';

/*
 * What is used of mediabunny. Its one-file form takes 50 ms to load, the files of its other form twice as long;
 * scripts/bundle.mjs takes out of them what these names need, which is a sixth of all.
 */
export const {
  EncodedPacketSink,
  CustomSource,
  Input,
  LogLevel,
  Logging,
  MATROSKA,
  MP4,
  QTFF,
  WEBM,
}: typeof import('mediabunny') = createRequire(import.meta.url)('mediabunny');
