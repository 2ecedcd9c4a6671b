import { type SizeReport, sizeRatios } from '@memvisor/encoder';
import { bytes } from './terminal.js';

/** What an archive takes beside what its text takes, a line each: bytes, and bytes a byte of text. */
export const sizeTable = (sizes: SizeReport): string => {
  const { text, videoBytes, index } = sizes;
  const ratios = sizeRatios(sizes);
  const row = (name: string, size: number, ratio: number, note = ''): string =>
    `  ${name.padEnd(8)} ${bytes(size).padStart(8)} ${ratio.toFixed(2).padStart(6)} × the text${note}`;
  return [
    row('text', text.bytes, text.bytes === 0 ? 0 : 1),
    row('gzip', text.gzipBytes, ratios.gzip, ', for comparison'),
    row('brotli', text.brotliBytes, ratios.brotli, ', for comparison'),
    row('video', videoBytes, ratios.video),
    ...(index === undefined
      ? []
      : [
          row(
            'index',
            index.bytes,
            ratios.index,
            `: vectors ${bytes(index.parts.vectors)}, words ${bytes(index.parts.words)}, chunk table ${bytes(index.parts.chunks)}`,
          ),
          row('together', videoBytes + index.bytes, ratios.total),
        ]),
  ].join('\n');
};
