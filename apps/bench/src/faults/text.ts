import type { Chance } from '../soak/chance.js';

const syllables = [
  'ba',
  'ne',
  'ko',
  'ri',
  'tu',
  'sha',
  'lo',
  'mi',
  'ver',
  'ant',
  'ö',
  '漢',
  'ст',
  '🙂',
] as const;

/** Words drawn by chance, in sentences and paragraphs: hardly compresses, so that few bytes fill many frames. */
export const writeText = (chance: Chance, words: number): string => {
  const parts: string[] = [];
  for (let at = 0; at < words; at++) {
    let word = '';
    for (let left = 1 + chance.below(4); left > 0; left--) word += chance.oneOf(syllables);
    const end = chance.below(12) === 0 ? (chance.below(6) === 0 ? '.\n\n' : '. ') : ' ';
    parts.push(word, end);
  }
  return parts.join('');
};
