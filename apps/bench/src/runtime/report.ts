import type { Machine } from './machine.js';
import { find, type Result, ratio } from './results.js';
import { judge, type Target, targets, type Verdict } from './targets.js';
import { type Metric, type SystemName, sizeFor, type Workload } from './workload.js';

/** All that a report tells. */
export interface Report {
  readonly machine: Machine;
  readonly command: string;
  readonly quick: boolean;
  readonly workloads: readonly Workload[];
  readonly systems: readonly SystemName[];
  readonly results: readonly Result[];
  readonly failures: readonly string[];
}

/** Three significant figures, thousands and millions by letter. */
export const short = (value: number): string => {
  const [factor, letter] = value >= 1e6 ? [1e6, ' M'] : value >= 1e4 ? [1e3, ' k'] : [1, ''];
  const scaled = value / factor;
  return `${scaled >= 1000 ? scaled.toFixed(0) : Number(scaled.toPrecision(3))}${letter}`;
};

const cell = (report: Report, { name }: Workload, metric: Metric, system: SystemName): string => {
  const theirs = find(report.results, name, metric.name, system);
  if (theirs === undefined) return '–';
  const ours = find(report.results, name, metric.name, 'memvisor');
  const text = short(theirs.median);
  if (system === 'memvisor' || ours === undefined) return text;
  const at = theirs.size === ours.size ? '' : ` at ${short(theirs.size)}`;
  // The time for fewer is no measure of the time for more.
  if (at !== '' && metric.whole === true) return `${text}${at}`;
  return `${text}${at} (${short(ratio(metric, ours.median, theirs.median))}×)`;
};

/** One row a metric, one column a system; in brackets how many times better Memvisor is. */
export const rows = (report: Report): string[][] => [
  ['workload', 'unit', ...report.systems],
  ...report.workloads.flatMap((workload) =>
    workload.metrics
      .filter((metric) =>
        report.results.some((one) => one.workload === workload.name && one.metric === metric.name),
      )
      .map((metric) => [
        workload.metrics.length === 1 ? workload.name : `${workload.name} ${metric.name}`,
        metric.unit,
        ...report.systems.map((system) => cell(report, workload, metric, system)),
      ]),
  ),
];

/** Why a system is not there, or at a smaller size; one line each. */
export const remarks = ({ workloads, systems, quick }: Report): string[] =>
  workloads.flatMap((workload) =>
    systems.flatMap((system) => {
      if (system === 'memvisor') return [];
      const peer = workload.peers[system];
      if (typeof peer === 'string') return `${workload.name}, ${system}: ${peer}`;
      if (peer === true) return [];
      const size = sizeFor(workload, system, quick);
      const full = quick ? workload.size.quick : workload.size.full;
      return size === full ? [] : `${workload.name}, ${system}: at ${short(size as number)}: ${peer.why}`;
    }),
  );

const promised = ({ bound, value, times, workload }: Target): string => {
  if (times === undefined) return `${bound} ${value}`;
  return `${bound} ${value} × BEAM${times.workload === workload ? '' : `'s ${times.workload}`}`;
};

/** One line for each target that could be judged. */
export const verdicts = ({ results }: Report): { verdict: Verdict; text: string }[] =>
  targets.flatMap((target) => {
    const verdict = judge(target, results);
    if (verdict === undefined) return [];
    const { workload, metric } = target;
    const state = verdict.met ? 'met' : 'not met';
    return {
      verdict,
      text: `${workload} ${metric}: ${promised(target)}: ${short(verdict.actual)}, ${state}`,
    };
  });

/** The report for a terminal. */
export const asText = (report: Report): string => {
  const table = rows(report);
  const widths = (table[0] ?? []).map((_head, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [
    ...lines,
    '',
    ...verdicts(report).map(({ text }) => text),
    ...remarks(report).map((text) => `– ${text}`),
    ...report.failures.map((text) => `FAILED ${text}`),
  ].join('\n');
};

/** The report as docs/benchmarks/runtime.md. */
export const asMarkdown = (report: Report): string => {
  const { machine } = report;
  const [head = [], ...body] = rows(report);
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  const runs = report.results.map((one) => one.runs);
  return [
    '# The runtime beside its peers',
    '',
    '<!-- Written by the command below; do not edit. -->',
    '',
    `\`${report.command}\`, ${machine.date}, medians of ${spread(runs)} runs.`,
    '',
    `Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.os}; load average ${machine.load} at the start, ${machine.loadAtEnd} at the end.`,
    `Versions: ${Object.entries(machine.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}.`,
    '',
    'Each run of a Node system has a process of its own; the BEAM is one VM, its start outside of the timing. Systems',
    'take turns. Each measured run follows one that warms up: at a tenth of the size, or at 20,000 where that is more',
    'and the size allows it. The crash workloads begin with crashes that are not measured, as many on each system.',
    'In brackets: how many times better Memvisor is, above 1 where it is ahead.',
    '',
    line(head),
    line(head.map(() => '---')),
    ...body.map(line),
    '',
    '## Targets',
    '',
    ...verdicts(report).map(({ text }) => `- ${text}`),
    '',
    '## The workloads',
    '',
    ...report.workloads.map(
      ({ name, title, size }) =>
        `- \`${name}\`: ${title}; N = ${(report.quick ? size.quick : size.full).toLocaleString('en')}.`,
    ),
    '',
    '## Where a figure is missing or smaller',
    '',
    ...remarks(report).map((text) => `- ${text}`),
    ...report.failures.map((text) => `- failed: ${text}`),
    '',
  ].join('\n');
};

const spread = (runs: readonly number[]): string => {
  const [fewest, most] = [Math.min(...runs), Math.max(...runs)];
  return fewest === most ? String(most) : `${fewest} to ${most}`;
};
