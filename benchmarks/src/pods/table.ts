import type { Idle } from './idle.ts';
import type { Round } from './round.ts';

/** The median of a figure over the rounds of a subject, with its lowest and highest value. */
export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const [below = Number.NaN, above = Number.NaN] = [sorted.length - 1, sorted.length].map(
    (twice) => sorted[Math.floor(twice / 2)],
  );
  return {
    median: (below + above) / 2,
    lowest: sorted[0] ?? Number.NaN,
    highest: sorted.at(-1) ?? Number.NaN,
  };
}

const figures: readonly { readonly title: string; readonly digits: number; readonly of: (round: Round) => number }[] = [
  { title: 'Running/s', digits: 0, of: (round) => round.runningPerSecond },
  { title: 'deleted/s', digits: 0, of: (round) => round.deletedPerSecond },
  { title: 'p50 ms', digits: 0, of: (round) => round.latency.p50 },
  { title: 'p99 ms', digits: 0, of: (round) => round.latency.p99 },
  { title: 'CPU s, create', digits: 2, of: (round) => round.cpuSecondsToRunning },
  { title: 'CPU s, delete', digits: 2, of: (round) => round.cpuSecondsToDeleted },
  { title: 'API server CPU s, create', digits: 2, of: (round) => round.apiServerCpuSecondsToRunning },
  { title: 'API server CPU s, delete', digits: 2, of: (round) => round.apiServerCpuSecondsToDeleted },
  { title: 'peak MiB, create', digits: 0, of: (round) => round.peakMebibytesToRunning },
  { title: 'peak MiB', digits: 0, of: (round) => round.peakMebibytes },
];

/** A Markdown table: a row for each subject, medians with the lowest and highest value behind them. */
export function table(rounds: readonly Round[]): string {
  const names = [...new Set(rounds.map(({ subject }) => subject))];
  const cell = ({ median, lowest, highest }: Spread, digits: number): string =>
    `${median.toFixed(digits)} (${lowest.toFixed(digits)}-${highest.toFixed(digits)})`;
  const rows = names.map((name) => {
    const own = rounds.filter(({ subject }) => subject === name);
    const writes = Object.entries(own.at(-1)?.writesPerPod ?? {}).map(([kind, count]) => `${kind} ${count.toFixed(2)}`);
    return [name, ...figures.map(({ of, digits }) => cell(spread(own.map(of)), digits)), writes.join(', ')];
  });
  return markdown(['subject', ...figures.map(({ title }) => title), 'writes per pod'], rows);
}

/** A Markdown table: a row for each subject that had nothing to do. */
export function idleTable(idle: readonly Idle[]): string {
  return markdown(
    ['subject, idle', 'API calls per minute', 'CPU s per minute', 'resident MiB'],
    idle.map(({ subject, callsPerMinute, cpuSecondsPerMinute, residentMebibytes }) => [
      subject,
      callsPerMinute.toFixed(1),
      cpuSecondsPerMinute.toFixed(2),
      residentMebibytes.toFixed(0),
    ]),
  );
}

function markdown(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
