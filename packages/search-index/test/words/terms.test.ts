import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { termsOf } from '../../src/words/terms.js';

describe('termsOf', () => {
  test.each<[rule: string, text: string, terms: string[]]>([
    ['English words are stemmed', 'Running flows, heated wings', ['run', 'flow', 'heat', 'wing']],
    ['stop words are left out', 'What is the heat of this?', ['heat']],
    ['repeats stay', 'bee bee', ['bee', 'bee']],
    ['Latin accents are dropped', 'Crème Brûlée', ['creme', 'brule']],
    ['apostrophes join, a possessive s goes', "the bee's knees, O’Brien", ['bee', 'knee', 'obrien']],
    ['digits are words', 'mach 2.5 at 10000 m', ['mach', '2', '5', '10000', 'm']],
    ['compatibility forms are unified', 'ﬁne １２', ['fine', '12']],
    ['unspaced scripts become pairs', '蜂蜜水', ['蜂蜜', '蜜水']],
    ['one unspaced character is a term', '水', ['水']],
    ['mixed runs are cut where the script changes', 'QR码是', ['qr', '码是']],
    ['names have their parts after them', 'call parseConfig()', ['call', 'parseconfig', 'pars', 'config']],
    [
      'also abbreviations',
      'HTTPServer, my_XMLFile2',
      ['httpserver', 'http', 'server', 'xmlfile2', 'xml', 'file2'],
    ],
    ['single letters are no parts', 'a PhD and vX', ['phd', 'vx']],
    ['what is longer than names is taken as it is', `a${'bC'.repeat(30)}`, [`a${'bc'.repeat(30)}`]],
    ['Cyrillic stays as it is', 'Мёд', ['мёд']],
    ['emoji and signs are no words', '🐝 -- !', []],
    ['empty', '', []],
  ])('%s', (_, text, terms) => {
    expect(termsOf(text)).toEqual(terms);
  });

  test('terms are never empty, never long, and never hold a space, a line end or half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        for (const term of termsOf(text)) {
          expect(term).toMatch(/^\S{1,64}$/u);
          expect(Buffer.from(term, 'utf8').toString('utf8')).toBe(term);
        }
      }),
    );
  });

  test('a megabyte without a space is one short term', () => {
    expect(termsOf('q'.repeat(1_000_000))).toEqual(['q'.repeat(64)]);
  });
});
