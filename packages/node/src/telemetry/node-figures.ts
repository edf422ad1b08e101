import type { CoreMetrics } from './core-metrics.ts';
import { metricTable, workQueues, type WorkQueueName } from './metric-table.ts';
import type { Reading } from './metric-registry.ts';
import type { QueueFigures } from './queue-figures.ts';

/** How one node stands at the moment of asking. */
export interface NodeFigures {
  readonly name: string;
  readonly ready: boolean;
  readonly leaseAgeMilliseconds: number | undefined;
  readonly phases: ReadonlyMap<string, number>;
  readonly queues: Readonly<Record<WorkQueueName, QueueFigures>>;
}

/** Has the figures of the nodes read with the metrics, until the function that it gives is called. */
export function readNodeFigures({ registry }: CoreMetrics, nodes: () => readonly NodeFigures[]): () => void {
  const add = (key: keyof QueueFigures) => () => total(nodes(), (sum, one) => sum + one, key);
  const oldest = () => total(nodes(), Math.max, 'oldestMilliseconds', 0.001);
  const sources = [
    registry.read(metricTable.nodeReady, () => nodes().map(({ name, ready }) => [{ node: name }, ready ? 1 : 0])),
    registry.read(metricTable.leaseAge, () =>
      nodes().flatMap(({ name, leaseAgeMilliseconds: age }): Reading<'node'>[] =>
        age === undefined ? [] : [[{ node: name }, age / 1_000]],
      ),
    ),
    registry.read(metricTable.pods, () =>
      nodes().flatMap(({ name, phases }) =>
        [...phases].map(([phase, count]): Reading<'node' | 'phase'> => [{ node: name, phase }, count]),
      ),
    ),
    registry.read(metricTable.queueDepth, add('depth')),
    registry.read(metricTable.queueOldest, oldest),
    registry.read(metricTable.queueDelayed, add('delayed')),
    registry.read(metricTable.workInProgress, add('inProgress')),
    registry.read(metricTable.workOverlong, add('overlong')),
  ];
  return () => {
    for (const stop of sources) stop();
  };
}

function total(
  nodes: readonly NodeFigures[],
  combine: (sum: number, one: number) => number,
  key: keyof QueueFigures,
  scale = 1,
): Reading<'queue'>[] {
  return workQueues.map((queue) => [
    { queue },
    nodes.reduce((sum, { queues }) => combine(sum, queues[queue][key]), 0) * scale,
  ]);
}
