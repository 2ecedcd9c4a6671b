import type { Machine } from '../runtime/machine.js';
import type { Latency } from './latency.js';
import type { Synthetic } from './synthetic.js';
import type { Verdict } from './targets.js';

/** All that a run tells. */
export interface Report {
  readonly machine: Machine;
  readonly command: string;
  readonly chunks: number;
  readonly latency?: Latency;
  readonly synthetic?: Synthetic;
  readonly targets: readonly Verdict[];
}

const short = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** The targets, one a line. */
export const targetTable = ({ targets }: Report): string =>
  [
    '| | measured | target | |',
    '|---|---|---|---|',
    ...targets.map(
      ({ what, actual, bound, target, unit, met }) =>
        `| ${what} | ${short(actual)} ${unit} | ${bound} ${target} ${unit} | ${met ? 'met' : '**missed**'} |`,
    ),
  ].join('\n');

/** The report as a document. */
export const asMarkdown = (report: Report): string => {
  const { machine, command, chunks, latency, synthetic } = report;
  const facts = Object.entries(machine)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(', ');
  const details =
    latency === undefined
      ? []
      : [
          `Each retriever answered ${latency.warmUp} other questions before. At the median an uncached search is ${short(latency.parts.embed)} ms for the question's vector, ` +
            `${short(latency.parts.search)} ms in the index's process and ${short(latency.parts.decode)} ms for the frames; ` +
            `with a filter that lets a tenth of the chunks through, frames cached, it takes ${short(latency.filtered.p50)} ms.`,
        ];
  if (synthetic !== undefined)
    details.push(
      `${synthetic.dimensions} numbers a vector, ${synthetic.reduceTo || 'all'} kept as ${synthetic.storage}. Written in ` +
        `${short(synthetic.buildSeconds)} s, the making of the vectors and the exact search for the recall included; opened in ` +
        `${short(synthetic.openSeconds)} s. The slowest of a hundred searches took ${short(synthetic.search.p99)} ms.`,
    );
  return `# Search, ${chunks} ${synthetic === undefined ? 'chunks' : 'synthetic vectors'}

Written by \`${command}\`.

- machine: ${facts}

${targetTable(report)}

${details.join('\n\n')}
`;
};
