import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { encodeThreeTexts } from './archive.js';
import { filesIn, memvisor } from './cli.js';

jest.setTimeout(120_000);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bad-'));
  await encodeThreeTexts(folder);
  const at = (name: string) => join(folder, name);
  await writeFile(at('empty.txt'), '');
  await mkdir(at('pictures'));
  await writeFile(at('pictures/a.png'), 'no text');
  await writeFile(at('latin1.txt'), Buffer.from([0x61, 0xff, 0xfe, 0x62]));
  await writeFile(at('text.mp4'), 'a text of this name');
  await writeFile(at('ffmpeg-says-no'), '#!/bin/sh\necho "Illegal instruction" >&2\nexit 3\n');
  await chmod(at('ffmpeg-says-no'), 0o755);
  const whole = await readFile(at('m.mp4'));
  await writeFile(at('half.mp4'), whole.subarray(0, whole.length / 2));
  await writeFile(at('nothing.mp4'), '');
  await copyFile(at('m.mvx'), at('text.mvx'));
  await writeFile(at('broken.mvx'), 'not an index');
  const other = await memvisor(['encode', '-', '--out', 'other.mp4'], { cwd: folder, input: 'Other.' });
  if (other.code !== 0) throw new Error(other.stderr);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const noFfmpeg = { FFMPEG_PATH: '/nowhere/ffmpeg', PATH: '' };
type Row = readonly [
  what: string,
  args: string | readonly string[],
  code: 1 | 2,
  says: RegExp,
  more?: { readonly env?: NodeJS.ProcessEnv; readonly input?: string },
];

const encoding: readonly Row[] = [
  ['an empty text', 'encode empty.txt --out o.mp4', 1, /empty\.txt: there is no text in it/],
  ['an empty stdin', 'encode - --out o.mp4', 1, /stdin: there is no text in it/],
  ['a file that is not there', 'encode none.txt --out o.mp4', 1, /none\.txt: there is no such file.*Check/],
  ['a directory without text', 'encode pictures --out o.mp4', 1, /pictures: no text files.*Name the files/],
  [
    'bytes that are not UTF-8',
    'encode latin1.txt --out o.mp4',
    1,
    /^memvisor: latin1\.txt: not UTF-8.*iconv/,
  ],
  [
    'an output below a file',
    'encode bees.txt --out ships.txt/o.mp4',
    1,
    /o\.mp4 can not be written: .*is a file/,
  ],
  [
    'a folder that is not there',
    'encode bees.txt --out none/o.mp4',
    1,
    /o\.mp4 can not be written: .*create it/,
  ],
  [
    'a place that takes no files',
    'encode bees.txt --out /proc/o.mp4',
    1,
    /\/proc\/o\.mp4 can not be written/,
  ],
  [
    'an output that is a folder',
    'encode bees.txt --out pictures',
    1,
    /pictures can not be written: it is a folder/,
  ],
  [
    'an index below a file',
    'encode bees.txt --out o.mp4 --index ships.txt/i',
    1,
    /ships\.txt\/i can not be written/,
  ],
  [
    'an output that is the input',
    'encode text.mp4 --out ./text.mp4',
    2,
    /text\.mp4 is one of the texts.*another name/,
  ],
  [
    'an index that is the input',
    'encode bees.txt --out o.mp4 --index bees.txt',
    2,
    /bees\.txt is one of the texts/,
  ],
  [
    'an index beside the video that is the input',
    'encode text.mvx --out text.mov',
    2,
    /text\.mvx is one of the texts/,
  ],
  ['one path for both', 'encode bees.txt --out o.mp4 --index o.mp4', 2, /o\.mp4; give them different paths/],
  ['an output without an extension', 'encode bees.txt --out o', 2, /^memvisor: o: .*\.mp4, \.mkv, \.mov/],
  ['an unknown container', 'encode bees.txt --out o.avi', 2, /o\.avi: .*\.mp4, \.mkv, \.mov/],
  ['a codec that the container can not hold', 'encode bees.txt --out o.webm', 2, /o\.webm: .*av1/],
  [
    'an unknown codec',
    'encode bees.txt --out o.mp4 --codec vp7',
    2,
    /codec: expected one of h264, .*got "vp7"/,
  ],
  ['an unknown format', 'encode bees.txt --out o.mp4 --format zip', 2, /--format.*'zip'.*packed, json/],
  [
    'a chunk size out of range',
    'encode bees.txt --out o.mp4 --chunk-size 15',
    2,
    /--chunk-size.*'15'.*from 16 to 1000000/,
  ],
  ['a chunk size that is no number', 'encode bees.txt --out o.mp4 --chunk-size x', 2, /--chunk-size.*'x'/],
  [
    'an overlap past half',
    'encode bees.txt --out o.mp4 --overlap 513',
    2,
    /overlap: expected.*\(512\), got 513/,
  ],
  ['a diversity past one', 'search m.mp4 honey --diversity 2', 2, /--diversity.*from 0 to 1/],
  ['an empty output', ['encode', 'bees.txt', '--out', ''], 2, /--out.*empty/],
  ['an empty input', ['encode', 'bees.txt', '', '--out', 'o.mp4'], 2, /'texts'.*empty/],
  ['an unknown option', 'encode bees.txt --out o.mp4 --fast', 2, /unknown option '--fast'/],
  ['no output', 'encode bees.txt', 2, /--out <file>/],
  ['no text', 'encode --out o.mp4', 2, /argument 'texts'/],
  ['an unknown command', 'frobnicate bees.txt', 2, /unknown command 'frobnicate'/],
  ['a model that is not there', 'encode bees.txt --out o.mp4 --model ./none', 1, /No model at .*none/],
  [
    'no ffmpeg anywhere',
    'encode bees.txt --out o.mp4 --ffmpeg /none/ffmpeg',
    1,
    /Tried: option.*Install ffmpeg/,
  ],
  [
    'an ffmpeg that does not run',
    'encode bees.txt --out o.mp4 --ffmpeg ./ffmpeg-says-no',
    1,
    /Illegal instruction/,
  ],
];

const reading: readonly Row[] = [
  ['a video that is not there', 'search none.mp4 bees', 1, /none\.mp4: there is no such file/],
  ['a folder for a video', 'search pictures bees', 1, /pictures can not be read: it is not a file/],
  ['not a video', 'search text.mp4 bees', 1, /text\.mp4 is not a video/],
  ['a video of no bytes', 'verify nothing.mp4', 1, /nothing\.mp4 is not a video/],
  ['a video cut in half', 'search half.mp4 bees', 1, /half\.mp4 .*cut off/],
  ['the same for info', 'info half.mp4', 1, /half\.mp4 .*cut off/],
  ['no index', 'search m.mp4 bees --index none.mvx', 1, /none\.mvx/],
  ['not an index', 'search m.mp4 bees --index broken.mvx', 1, /broken\.mvx/],
  ['the index of another video', 'search m.mp4 bees --index other.mvx', 1, /other\.mvx/],
  ['an empty video', ['search', '', 'bees'], 2, /'video'.*empty/],
  ['an empty index', ['info', 'm.mp4', '--index', ''], 2, /--index.*empty/],
  ['an empty folder', ['recover', 'm.mp4', '--out', ''], 2, /--out.*empty/],
  ['a model that is not there', 'search m.mp4 bees --model ./none', 1, /No model at .*none/],
  ['no question', 'search m.mp4', 2, /argument 'question'/],
  [
    'one index for several videos',
    'search m.mp4 m.mp4 bees --index x.mvx',
    2,
    /--index names the index of one/,
  ],
  ['a question without quotes', 'search m.mp4 what do bees make', 2, /no video what\. .*in quotes/],
  ['less than one result', 'search m.mp4 bees -k 0', 2, /-k.*from 1 to 1000/],
  ['too many results', 'search m.mp4 bees -k 1001', 2, /-k.*from 1 to 1000/],
  ['no ffmpeg', 'verify m.mp4 --ffmpeg ./none', 1, /Tried: option \(\.\/none\).*Install ffmpeg/],
];

describe('what can not be encoded is told in a line or two, with no trace in files or on stdout', () => {
  test.each(encoding)('%s', async (_, args, code, says, more = {}) => {
    const before = filesIn(folder);
    const ran = await memvisor(typeof args === 'string' ? args.split(' ') : args, { cwd: folder, ...more });
    expect(ran).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(says) });
    expect(ran.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
    expect(ran.stderr).not.toMatch(/\n\s+at |node:internal|fault in memvisor/);
    expect(filesIn(folder)).toEqual(before);
  });

  test('--debug adds the stack trace', async () => {
    const { stderr } = await memvisor(['--debug', 'encode', 'none.txt', '--out', 'o.mp4'], { cwd: folder });
    expect(stderr).toMatch(/none\.txt: there is no such file[\s\S]*\n\s+at /);
  });
});

describe('what can not be read likewise', () => {
  test.each(reading)('%s', async (_, args, code, says, more = {}) => {
    const ran = await memvisor(typeof args === 'string' ? args.split(' ') : args, { cwd: folder, ...more });
    expect(ran).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(says) });
    expect(ran.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
    expect(ran.stderr).not.toMatch(/\n\s+at |node:internal|fault in memvisor/);
  });

  test('a question of spaces', async () => {
    const ran = await memvisor(['search', 'm.mp4', '  \n'], { cwd: folder });
    expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/question is empty/) });
  });

  test("where neither FFMPEG_PATH nor PATH has an ffmpeg, the packages' own is used or every place is named", async () => {
    const ran = await memvisor(['info', 'm.mp4'], { cwd: folder, env: noFfmpeg });
    if (ran.code === 0) expect(ran.stdout).toContain('m.mp4');
    else
      expect(ran.stderr).toMatch(/FFMPEG_PATH \(\/nowhere\/ffmpeg\): no such program.*ffmpeg-static.*PATH/);
  });
});
