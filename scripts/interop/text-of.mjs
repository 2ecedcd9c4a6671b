import { gunzipSync } from 'node:zlib';

/** The text in a frame's payload as memvid v1 has it; `undefined` where it can't be read. */
export const textOf = (payload) => {
  if (payload === undefined || payload === '') return undefined;
  try {
    const json = payload.startsWith('GZ:')
      ? gunzipSync(Buffer.from(payload.slice(3), 'base64')).toString('utf8')
      : payload;
    return JSON.parse(json).text;
  } catch {
    return undefined;
  }
};
