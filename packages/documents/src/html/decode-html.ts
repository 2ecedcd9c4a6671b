import { TextDecoder } from 'node:util';
import { fail } from '../failure.js';
import { encodingOf } from '../text/decode.js';

/** Where HTML must say its encoding. */
const lookedAtBytes = 1024;

/**
 * HTML from bytes: by the byte-order mark, else by what it says of itself (`<meta charset>`, or an XML declaration), else
 * UTF-8.
 *
 * @throws {DocumentError} `not_text`
 */
export const decodeHtml = (bytes: Uint8Array): string => {
  const marked = encodingOf(bytes);
  const head = Buffer.from(bytes.subarray(0, lookedAtBytes)).toString('latin1');
  const named =
    /<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)/i.exec(
      head,
    );
  const said = named?.[1] ?? named?.[2] ?? 'utf-8';
  // Who could read that it is UTF-16 knows that it is not.
  const encoding = marked !== 'utf-8' ? marked : /^utf-?16/i.test(said) ? 'utf-8' : said;
  try {
    return decoderFor(encoding).decode(bytes);
  } catch {
    return fail({ kind: 'not_text', offset: 0, looksLike: 'another encoding' });
  }
};

const decoderFor = (encoding: string): TextDecoder => {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    return new TextDecoder('utf-8', { fatal: true });
  }
};
