// npm run interop:check [-- --video <file>] [-- --readers opencv-js,zbar,python]
//
// Has other programs read what we write for memvid v1, as memvid's own reader would: OpenCV's QRCodeDetector frame by frame.
// Without --video it writes an archive for that. Prints what each reader read; exit code 1 when one lost something, or
// when one that was asked for by name is not here.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readers } from './interop/readers.mjs';
import { codec, index, writeSample } from './interop/sample.mjs';
import { textOf } from './interop/text-of.mjs';

const { values } = parseArgs({
  options: { video: { type: 'string' }, readers: { type: 'string' } },
});
const asked = values.readers?.split(',');
for (const name of asked ?? [])
  if (!(name in readers)) {
    process.stderr.write(`--readers: there is no ${name}, only ${Object.keys(readers).join(', ')}\n`);
    process.exit(2);
  }

const folder = mkdtempSync(join(tmpdir(), 'memvisor-interop-'));
let lost = 0;
let ran = 0;
try {
  const video = values.video ?? (await writeSample(folder));
  const { metadata } = JSON.parse(readFileSync(index.memvidIndexPathOf(video), 'utf8'));
  const found = await codec.findFfmpeg({ path: 'any.mp4' });
  if (!found.ok) throw new Error(codec.describeFailure(found.failure));
  for (const [name, read] of Object.entries(readers)) {
    if (asked !== undefined && !asked.includes(name)) continue;
    const result = await read({ video, folder, ffmpeg: found.value.program });
    if ('missing' in result) {
      console.log(`${name}: NOT CHECKED, ${result.missing}`);
      if (asked !== undefined) lost += 1;
      continue;
    }
    ran += 1;
    const wrong = metadata.filter(({ text, frame }) => textOf(result.payloads[frame]) !== text);
    lost += wrong.length;
    console.log(
      `${name} (${result.version}): ${metadata.length - wrong.length} of ${metadata.length} frames read, text for text${
        wrong.length > 0 ? `; lost: ${wrong.map(({ frame }) => frame).join(', ')}` : ''
      }`,
    );
    if (result.vectors !== undefined) {
      console.log(`${name} (faiss ${result.vectors.version}): ${result.vectors.count} vectors`);
      if (result.vectors.count !== metadata.length) lost += 1;
    }
  }
  if (ran === 0) console.log('no reader is here: nothing was checked');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = lost > 0 || ran === 0 ? 1 : 0;
