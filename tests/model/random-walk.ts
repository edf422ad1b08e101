import { RetryAfter } from '@vk/node/provider';
import type { KubeMiddleware } from '@vk/node';
import {
  everything,
  halfOpen,
  losingAnswers,
  podStatusWrite,
  refusing,
  unreachable,
  watchOf,
} from '../rig/api-faults.ts';
import { judgeAtRest } from '../rig/judge/at-rest.ts';
import { judgeHistory } from '../rig/judge/judge-history.ts';
import { pick, seededRandom } from '../rig/seeded-random.ts';
import { World, type RunningProcess } from '../rig/world.ts';

export interface WalkResult {
  readonly complaints: readonly string[];
  /** What was done, step by step. */
  readonly steps: readonly string[];
}

const names = ['a', 'b', 'c', 'd', 'e'];
const exitCodes = [0, 0, 1, 3, 137];
const waits = [10, 50, 200, 1_000, 3_000, 12_000];
/** Longer than a relist and a minute of backoff: then nothing may be left to set right. */
const restMilliseconds = 900_000;
const stepsBetweenJudgements = 40;

const apiFaults: Readonly<Record<string, () => KubeMiddleware>> = {
  unreachable: () => unreachable(),
  'half-open': () => halfOpen(),
  'answers lost': () => losingAnswers(({ method }) => method !== 'GET'),
  500: () => refusing(everything, { code: 500, reason: 'InternalError' }),
  429: () => refusing(everything, { code: 429, reason: 'TooManyRequests', retryAfterSeconds: 2 }),
  403: () => refusing(everything, { code: 403, reason: 'Forbidden' }),
  'statuses refused': () => refusing(podStatusWrite, { code: 409, reason: 'Conflict' }),
  'watches expired': () => refusing(watchOf('pods'), { code: 410, reason: 'Expired' }),
};

const providerErrors: readonly (() => Error)[] = [() => new Error('not now'), () => new RetryAfter(3_000, 'slow down')];

/** One walk: things that users, the backend, the network and the machine do, drawn from a seed. */
class Walk {
  readonly steps: string[] = [];
  readonly complaints: string[] = [];
  readonly #random: () => number;
  readonly #world: World;
  #running: RunningProcess | undefined;
  #endFault: (() => void) | undefined;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    const notifying = this.#random() < 0.5;
    const retention = pick(this.#random, ['durable', 'durable', 'dies-with-process', 'forgets-finished'] as const);
    this.steps.push(`${notifying ? 'notifying' : 'polled'}, ${retention}`);
    this.#world = new World({
      seed,
      notifying,
      retention,
      latencyMilliseconds: pick(this.#random, [0, 10, 40]),
      nodeOptions: { podSyncWorkers: 3, providerTimeoutMilliseconds: 20_000 },
    });
    this.#running = this.#world.start();
  }

  async run(count: number): Promise<void> {
    for (let step = 1; step <= count && this.complaints.length === 0; step++) {
      await this.#step();
      if (step % stepsBetweenJudgements === 0) this.complaints.push(...judgeHistory(this.#world));
    }
    if (this.complaints.length === 0) await this.#rest();
    this.#world.close();
  }

  /** All faults end, and after a time everything has to be right. */
  async #rest(): Promise<void> {
    this.#endFault?.();
    const { faults } = this.#world;
    delete faults.before;
    delete faults.after;
    delete faults.notify;
    this.#running ??= this.#world.start();
    await this.#world.run(1_000);
    const atRest = await this.#world.runUntil(() => {
      this.#supervise();
      return judgeAtRest(this.#world);
    }, restMilliseconds);
    this.complaints.push(...judgeHistory(this.#world), ...atRest.map((text) => `in the end, ${text}`));
  }

  /** A process that could not begin is started again. */
  #supervise(): void {
    if (this.#running?.process.startFailure === undefined) return;
    this.steps.push('process starts again');
    this.#world.cut(this.#running.process);
    this.#running = this.#world.start();
  }

  async #step(): Promise<void> {
    this.#supervise();
    const draw = this.#random();
    if (draw < 0.3) await this.#userActs();
    else if (draw < 0.45) this.#backendActs();
    else if (draw < 0.52) this.#apiFails();
    else if (draw < 0.59) this.#providerFails();
    else if (draw < 0.65) await this.#machineFails();
    else await this.#wait();
  }

  async #wait(): Promise<void> {
    const milliseconds = pick(this.#random, waits);
    this.steps.push(`wait ${milliseconds} ms`);
    await this.#world.run(milliseconds);
  }

  async #userActs(): Promise<void> {
    const { user } = this.#world;
    const name = pick(this.#random, names);
    const pod = user.pod(name);
    if (pod === undefined) {
      const restartPolicy = pick(this.#random, ['Always', 'Never'] as const);
      this.steps.push(`create ${name} (${restartPolicy})`);
      await user.createPod(name, { restartPolicy, graceSeconds: pick(this.#random, [1, 30]) });
      return;
    }
    const act = pick(this.#random, ['delete', 'delete', 'force', 're-create', 'label', 'image', 'condition'] as const);
    this.steps.push(`${act} ${name}`);
    switch (act) {
      case 'delete':
        await user.deletePod(name);
        return;
      case 'force':
        await user.deletePod(name, 0);
        return;
      case 're-create':
        await user.deletePod(name, 0);
        await user.createPod(name);
        return;
      case 'label':
        await user.setLabel(name, 'example.com/round', String(this.steps.length));
        return;
      case 'image':
        await user.setImage(name, `app:${this.steps.length}`);
        return;
      case 'condition':
        await user.setCondition(name, `example.com/${pick(this.#random, ['one', 'two'])}`);
    }
  }

  #backendActs(): void {
    const { backend } = this.#world;
    const objects = [...backend.objects.values()];
    if (objects.length === 0) return;
    const { uid, name } = pick(this.#random, objects).stamp;
    const act = pick(this.#random, ['restart', 'restart', 'finish', 'lose'] as const);
    this.steps.push(`backend: ${act} ${name}`);
    if (act === 'restart') backend.restart(uid);
    else if (act === 'finish') backend.finish(uid, pick(this.#random, exitCodes));
    else backend.take(uid, 'lost');
  }

  #apiFails(): void {
    const { door } = this.#world;
    if (this.#endFault !== undefined) {
      this.steps.push('API: well again');
      this.#endFault();
      this.#endFault = undefined;
      return;
    }
    const what = pick(this.#random, [...Object.keys(apiFaults), 'streams broken', 'compacted', 'streams silent']);
    this.steps.push(`API: ${what}`);
    if (what === 'compacted') door.cluster.registry.store.compact();
    if (what === 'streams silent') door.silenceStreams();
    else if (this.#random() < 0.6) door.breakStreams();
    const fault = apiFaults[what];
    if (fault !== undefined) this.#endFault = door.addFault(fault());
  }

  #providerFails(): void {
    const { faults } = this.#world;
    if (faults.before !== undefined || faults.notify !== undefined) {
      this.steps.push('provider: well again');
      delete faults.before;
      delete faults.after;
      delete faults.notify;
      return;
    }
    const share = pick(this.#random, [0.1, 0.5, 1]);
    const notifications = pick(this.#random, ['kept', 'kept', 'lost', 'doubled'] as const);
    this.steps.push(`provider: ${share * 100} % of the calls fail, notifications are ${notifications}`);
    const mayFail = (): void => {
      if (this.#random() < share) throw pick(this.#random, providerErrors)();
    };
    faults.before = mayFail;
    faults.after = (method) => {
      // What a create or an update says for good is final: after its effect only its answer may be lost.
      if (this.#random() < share / 2) throw new Error(`the answer of ${method} was lost`);
    };
    if (notifications === 'lost') faults.notify = () => undefined;
    if (notifications === 'doubled') {
      faults.notify = (pod, deliver) => {
        deliver(pod);
        deliver(structuredClone(pod));
      };
    }
  }

  async #machineFails(): Promise<void> {
    const { clock } = this.#world;
    if (this.#running === undefined) {
      this.steps.push('process starts');
      this.#running = this.#world.start();
      return;
    }
    const how = pick(this.#random, ['killed', 'killed', 'stopped', 'clock jumps'] as const);
    this.steps.push(`process: ${how}`);
    if (how === 'clock jumps') {
      clock.setWall(clock.now() + pick(this.#random, [-1, 1]) * 3_600_000);
      return;
    }
    const { process } = this.#running;
    if (how === 'stopped') {
      process.stop.abort(new Error('stopped by the walk'));
      await this.#world.run(pick(this.#random, [0, 500, 40_000]));
    }
    // A stop that has not ended by now is cut short.
    this.#world.cut(process);
    this.#running = undefined;
  }
}

/** Walks for a number of steps, then lets everything come to rest. */
export async function walk(seed: number, count: number): Promise<WalkResult> {
  const one = new Walk(seed);
  await one.run(count);
  return { complaints: one.complaints, steps: one.steps };
}
