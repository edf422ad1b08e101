import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openApi } from './api.ts';
import { measureIdle, type Idle } from './idle.ts';
import { runRound, type Round } from './round.ts';
import { subjects } from './subject.ts';
import { idleTable, table } from './table.ts';

const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string', default: process.env['KUBECONFIG'] ?? '' },
    pods: { type: 'string', default: '3000' },
    rounds: { type: 'string', default: '5' },
    'idle-minutes': { type: 'string', default: '3' },
    subject: { type: 'string', multiple: true },
    output: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || values.kubeconfig === '') {
  console.log(`Pods to Running and pods deleted per second, side by side on one API server.

  --kubeconfig FILE   an administrator of a real API server that nobody else uses ($KUBECONFIG)
  --pods N            pods per round (3000)
  --rounds N          rounds of every subject, one after the other in turn (5)
  --idle-minutes N    how long every subject is watched with one pod and nothing to do, before the rounds (3; 0 for not at all)
  --subject NAME      only these; may be given more than once
  --output FILE       all rounds as JSON

A peer is measured too when its binary is named: VK_BENCH_KWOK=/path/to/kwok, with the stages that it is to play in the file
VK_BENCH_KWOK_STAGES; VK_BENCH_UPSTREAM=/path/to/virtual-kubelet for the Go project with its mock, which
wants a serving certificate too, in APISERVER_CERT_LOCATION and APISERVER_KEY_LOCATION.`);
  process.exit(values.help ? 0 : 2);
}

const chosen = subjects(process.env).filter(({ name }) => values.subject?.includes(name) ?? true);
const api = await openApi(values.kubeconfig);
const minutes = Number(values['idle-minutes']);
const idle: Idle[] = [];
for (const subject of minutes > 0 ? chosen : []) {
  const found = await measureIdle(api, subject, values.kubeconfig, minutes);
  idle.push(found);
  console.error(`idle, ${subject.name}: ${found.callsPerMinute.toFixed(1)} API calls per minute`);
}
const rounds: Round[] = [];
for (let number = 1; number <= Number(values.rounds); number++) {
  // Every other round in the reverse order: a machine that gets slower or faster meanwhile does so for all.
  for (const subject of number % 2 === 0 ? chosen.toReversed() : chosen) {
    const round = await runRound(api, subject, values.kubeconfig, Number(values.pods));
    rounds.push(round);
    console.error(
      `round ${number}, ${subject.name}: ${round.runningPerSecond.toFixed(0)} Running/s, ${round.deletedPerSecond.toFixed(0)} deleted/s`,
    );
  }
}
await api.close();
if (values.output !== undefined)
  writeFileSync(values.output, `${JSON.stringify({ pods: Number(values.pods), idle, rounds }, null, 2)}\n`);
if (rounds.length > 0) console.log(table(rounds));
if (idle.length > 0) console.log(`\n${idleTable(idle)}`);
