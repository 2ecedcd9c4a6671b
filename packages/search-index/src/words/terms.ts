import { stemmer } from 'stemmer';
import { withNameParts } from './name-parts.js';
import { stopWords } from './stop-words.js';

/** Runs of letters, marks and digits, with the apostrophes inside them. */
const wordPattern = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’]*/gu;
/** Scripts written without spaces: indexed as pairs of neighbouring characters. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const unspacedRun = new RegExp(`${unspaced.source}+|(?:(?!${unspaced.source}).)+`, 'gu');
/** A run without separators (base64, minified code) is no word that anybody asks for; only its start counts. */
export const longestTerm = 64;

/** Stemming is the dear part, and words repeat: the last stems are kept. */
const stems = new Map<string, string>();
const stemsKept = 50_000;

/** Never between the halves of a surrogate pair. */
const cut = (word: string): string =>
  word.length <= longestTerm ? word : word.slice(0, longestTerm).replace(/[\ud800-\udbff]$/, '');

const stem = (word: string): string => {
  const known = stems.get(word);
  if (known !== undefined) return known;
  if (stems.size >= stemsKept) stems.clear();
  const own = copied(word);
  const made = /^[a-z]{3,}$/.test(own) ? stemmer(own) : own;
  stems.set(own, made);
  return made;
};

/** V8 keeps a cut-out of 13 characters or more as a view of the whole text, which would then stay as long as the word. */
const longestCopied = 12;

const copied = (word: string): string =>
  word.length <= longestCopied ? word : Buffer.from(word, 'utf16le').toString('utf16le');

/** Lower case, compatibility forms unified, accents of Latin letters dropped. */
const fold = (text: string): string => {
  const lower = text.toLowerCase();
  // Most texts have nothing to fold, and normalising is several times dearer than this look.
  if (/^[\s!-~]*$/.test(lower)) return lower;
  return lower
    .normalize('NFKD')
    .replace(/(\p{Script=Latin})[\u0300-\u036f]+/gu, '$1')
    .normalize('NFC');
};

/**
 * The terms of a text, in order, repeated as often as they occur: lower case, without Latin accents,
 * without English stop words, English words stemmed (Porter), names of programs with their parts, unspaced scripts as
 * character pairs.
 * Texts and questions go through the same function, so whatever it does can't make them differ.
 */
export const termsOf = (text: string): string[] => {
  const terms: string[] = [];
  for (const [matched] of fold(withNameParts(text)).matchAll(wordPattern)) {
    if (!unspaced.test(matched)) {
      const word = matched.replace(/['’](s$)?/g, '');
      if (!stopWords.has(word)) terms.push(stem(cut(word)));
      continue;
    }
    for (const [run] of matched.matchAll(unspacedRun)) {
      const characters = Array.from(run);
      if (!unspaced.test(run)) terms.push(stem(cut(run)));
      else if (characters.length === 1) terms.push(run);
      else
        for (let at = 0; at + 1 < characters.length; at += 1)
          terms.push(`${characters[at]}${characters[at + 1]}`);
    }
  }
  return terms;
};
