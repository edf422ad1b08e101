import { isFinished, isTerminalPhase, podRefOf } from '@vk/node/provider';
import type { ContainerStatus, PodSpec, PodStatus } from '@vk/node/provider';
import type { BareCase } from '../conformance-case.ts';
import { expectThat } from '../conformance-error.ts';
import { wireProblems } from './wire-problems.ts';

function only(status: PodStatus | undefined): ContainerStatus | undefined {
  return status?.containerStatuses?.[0];
}

/** Promise 3: status is what the backend reported. */
export const statusCases: readonly BareCase[] = [
  {
    name: 'a-pod-comes-to-run',
    under: 'bare',
    promise: 3,
    rule: 'a pod that was created comes to the phase Running, with the state of every container by name',
    requires: [],
    async run({ running, status }) {
      const prepared = await running();
      const current = await status(podRefOf(prepared.pod));
      const names = (prepared.pod.spec?.containers ?? []).map(({ name }) => name).sort();
      const reported = (current?.containerStatuses ?? []).map(({ name }) => name).sort();
      expectThat(
        names.join() === reported.join(),
        `the containers are ${names.join(', ')} and the status has ${reported.join(', ') || 'none'}`,
      );
      const states = current?.containerStatuses ?? [];
      expectThat(
        states.some(({ state }) => state?.running?.startedAt !== undefined),
        'no container of a Running pod says that it runs, and since when',
      );
    },
  },
  {
    name: 'status-is-wire-json',
    under: 'bare',
    promise: 3,
    rule: 'a status is plain JSON as on the wire: every time RFC 3339, no Date, one state for each container',
    requires: [],
    async run({ provider, call, answered, running, status, ended }) {
      const ref = podRefOf((await running()).pod);
      const problems = wireProblems(await status(ref));
      expectThat(problems.length === 0, problems.join('; '));
      await answered('deletePod', provider.deletePod(ref, { gracePeriodSeconds: 1 }, call()));
      const atEnd = wireProblems(await ended(ref));
      expectThat(atEnd.length === 0, atEnd.join('; '));
    },
  },
  {
    name: 'exit-codes-are-kept',
    under: 'bare',
    promise: 3,
    rule: 'a pod that ends by itself is Failed with the exit code of its container and the time when it ended',
    requires: ['pods.finishing'],
    async run({ provider, pod, templates, call, answered, until, status }) {
      const { finishing } = templates;
      expectThat(finishing !== undefined, 'there is no template of a pod that finishes');
      const prepared = pod({ template: { ...finishing.pod, spec: neverRestarted(finishing.pod.spec) } });
      await answered('createPod', provider.createPod(prepared, call()));
      const final = await until('the end of a pod that ends by itself', async () => {
        const current = await status(podRefOf(prepared.pod));
        return isTerminalPhase(current?.phase) ? current : undefined;
      });
      const { exitCode, finishedAt } = only(final)?.state?.terminated ?? {};
      expectThat(final?.phase === 'Failed', `its phase is ${final?.phase}`);
      expectThat(exitCode === finishing.exitCode, `its exit code is ${exitCode} instead of ${finishing.exitCode}`);
      expectThat(finishedAt !== undefined, 'it has no finishedAt');
    },
  },
  {
    name: 'delete-ends-in-a-terminal-status',
    under: 'bare',
    promise: 3,
    rule: 'after deletePod a pod comes to a terminal phase with no container running, and stays to be read where there is a removePod',
    requires: [],
    async run({ provider, call, answered, running, ended }) {
      const ref = podRefOf((await running()).pod);
      await answered('deletePod', provider.deletePod(ref, { gracePeriodSeconds: 1 }, call()));
      const final = await ended(ref);
      expectThat(
        final !== undefined || provider.removePod === undefined,
        'the pod was gone before its terminal status could be read, although removePod was not called',
      );
      expectThat(final === undefined || isFinished(final), `its phase is ${final?.phase} while a container still runs`);
    },
  },
  {
    name: 'terminal-phases-are-sticky',
    under: 'bare',
    promise: 3,
    rule: 'a pod that has ended keeps its phase and its exit code, whatever is called afterwards',
    requires: ['removePod'],
    async run({ provider, call, answered, settled, running, ended, status }) {
      const prepared = await running();
      const ref = podRefOf(prepared.pod);
      await answered('deletePod', provider.deletePod(ref, { gracePeriodSeconds: 1 }, call()));
      const first = await ended(ref);
      await settled('deletePod of a pod that has ended', provider.deletePod(ref, { gracePeriodSeconds: 0 }, call()));
      await settled('updatePod of a pod that has ended', provider.updatePod(prepared, prepared, call()));
      await settled('createPod of a pod that has ended', provider.createPod(prepared, call()));
      const later = await status(ref);
      expectThat(first?.phase === later?.phase, `its phase was ${first?.phase} and is ${later?.phase ?? 'absent'}`);
      const [before, after] = [first, later].map((seen) => only(seen)?.state?.terminated?.exitCode);
      expectThat(before === after, `its exit code was ${before} and is ${after}`);
    },
  },
  {
    name: 'pod-status-agrees',
    under: 'bare',
    promise: 3,
    rule: 'getPodStatus says the same as the status in getPod, and undefined for an absent pod',
    requires: ['getPodStatus'],
    async run({ provider, pod, call, answered, running }) {
      const ref = podRefOf((await running()).pod);
      const read = async (wanted: typeof ref): Promise<PodStatus | undefined> =>
        answered('getPodStatus', provider.getPodStatus?.(wanted, call()) ?? Promise.resolve(undefined));
      const own = await read(ref);
      const whole = await answered('getPod', provider.getPod(ref, call()));
      expectThat(
        whole?.status === undefined || whole.status.phase === own?.phase,
        `getPodStatus says ${own?.phase ?? 'absent'} and getPod says ${whole?.status?.phase}`,
      );
      expectThat((await read(podRefOf(pod().pod))) === undefined, 'getPodStatus has a status for an absent pod');
    },
  },
];

function neverRestarted(spec: PodSpec | undefined): PodSpec {
  return { ...(spec ?? { containers: [] }), restartPolicy: 'Never' };
}
