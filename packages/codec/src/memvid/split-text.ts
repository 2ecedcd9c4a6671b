import { writeJsonFrame } from '../frames/json-format.js';
import { maxMemvidPayloadBytes } from './memvid-symbol.js';

/** An id and a frame with as many digits as there can be: what fits with them fits anywhere. */
const longestNumber = 0xffff_ffff;

/** What any reader of ours unpacks, whatever it compresses to. */
const longestText = 32 * 1024;

const fits = (text: string): boolean =>
  text.length <= longestText &&
  writeJsonFrame({ id: longestNumber, text }, longestNumber).length <= maxMemvidPayloadBytes;

/**
 * Cuts a text into pieces that each fit a frame for memvid v1's reader: one, most often. Cuts are made at white space
 * where there is some near the middle; joined, the pieces are the text.
 */
export const splitText = (text: string): string[] => {
  if (fits(text)) return [text];
  const cut = cutOf(text);
  return [...splitText(text.slice(0, cut)), ...splitText(text.slice(cut))];
};

const cutOf = (text: string): number => {
  const middle = text.length >> 1;
  const reach = text.length >> 3;
  for (let away = 0; away < reach; away++)
    for (const at of [middle + away, middle - away]) if (/\s/.test(text.charAt(at - 1))) return at;
  // Between the halves of a surrogate pair is no place to cut.
  const unit = text.charCodeAt(middle - 1);
  return unit >= 0xd800 && unit < 0xdc00 && middle > 1 ? middle - 1 : middle;
};
