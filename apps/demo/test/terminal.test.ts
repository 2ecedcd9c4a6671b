import { describe, expect, test } from '@jest/globals';
import { counted, printable, printableJson } from '../src/terminal.js';

/** Escape sequences in both forms, a bell, a backspace, and what turns the direction of writing. */
const harmful = '\u001b[2J\u009b2J\u0007\u0008\u202egnp.exe\u2066';
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const raw = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe('what comes from an archive is harmless when printed', () => {
  test('as text: what is harmful shows', () => {
    expect(printable(harmful)).not.toMatch(raw);
    expect(printable(harmful)).toContain('\\u{1b}[2J');
    expect(printable('a\tb\nc ü 漢 🙂')).toBe('a\tb\nc ü 漢 🙂');
  });

  test('as JSON: what parses it gets the very text', () => {
    const value = { [harmful]: [harmful, 'ü 漢 🙂'] };
    expect(printableJson(value)).not.toMatch(raw);
    expect(JSON.parse(printableJson(value))).toEqual(value);
  });
});

test('one thing is one, all other numbers are many', () => {
  expect([0, 1, 2].map((count) => counted(count, 'frame'))).toEqual(['0 frames', '1 frame', '2 frames']);
});
