import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { forgetPeak, usageOf } from '../pods/process-usage.ts';
import { openCluster } from './cluster.ts';
import { figureTable, type Figure } from './figures.ts';
import { measureRequests } from './measure-requests.ts';
import { measureStarts } from './measure-starts.ts';
import { measureStreams } from './measure-streams.ts';

const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string', default: process.env['KUBECONFIG'] ?? '' },
    node: { type: 'string', default: '' },
    pid: { type: 'string', default: '' },
    label: { type: 'string', default: '' },
    image: { type: 'string', default: 'localhost/busybox:1' },
    only: { type: 'string', multiple: true, default: ['starts', 'streams', 'requests'] },
    single: { type: 'string', default: '30' },
    burst: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '5' },
    followers: { type: 'string', default: '500' },
    certificate: { type: 'string', default: '' },
    key: { type: 'string', default: '' },
    'runtime-metrics': { type: 'string' },
    output: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || [values.kubeconfig, values.node, values.pid, values.label].includes('')) {
  console.log(`What one node with real containers takes for pods, streams and requests. Run it once for each node, one after the other on the
same container runtime, with the same output file: the table shows them side by side.

  --kubeconfig FILE   an administrator of the API server that the node belongs to ($KUBECONFIG)
  --node NAME         the node
  --pid PID           its process, for processor time and memory
  --label WORDS       the head of its column
  --image NAME        an image with busybox that the runtime has (localhost/busybox:1)
  --only WHAT         starts, streams or requests; may be given more than once (all)
  --single N          pods one after the other, after one that is not counted (30)
  --burst N           pods at once (100)
  --rounds N          rounds of each stream (5)
  --followers N       logs -f at once (500)
  --certificate FILE, --key FILE
                      a client of the node, for the requests; without them that part is left out
  --runtime-metrics URL
                      of containerd, with grpc_histogram; without them nothing is said of the time in the runtime
  --output FILE       figures as JSON; those of other nodes that are in it already are kept`);
  process.exit(values.help ? 0 : 2);
}

const { kubeconfig, node, image, label } = values;
const cluster = await openCluster({
  kubeconfig,
  node,
  image,
  pid: Number(values.pid),
  signal: new AbortController().signal,
});
const figures: Figure[] = [];
const startOptions = {
  single: Number(values.single),
  burst: Number(values.burst),
  runtimeMetrics: values['runtime-metrics'],
};
forgetPeak(cluster.pid);
if (values.only.includes('streams'))
  figures.push(...(await measureStreams(cluster, Number(values.rounds), Number(values.followers))));
if (values.only.includes('requests') && values.certificate !== '')
  figures.push(...(await measureRequests(cluster, values.certificate, values.key)));
if (figures.length > 0) {
  const { peakMebibytes } = usageOf(cluster.pid);
  figures.push({ name: 'peak resident memory, streams and requests', unit: 'MiB', value: peakMebibytes });
}
if (values.only.includes('starts')) figures.push(...(await measureStarts(cluster, startOptions)));
await cluster.client.close();

const subjects = { ...readFigures(values.output), [label]: figures };
if (values.output !== undefined) writeFileSync(values.output, `${JSON.stringify(subjects, null, 2)}\n`);
console.log(figureTable(subjects));

function readFigures(file: string | undefined): Record<string, Figure[]> {
  if (file === undefined) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Figure[]>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
