import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { nextStep, type ApiView, type BackendView, type PodView, type Step } from './next-step.ts';

const hashes = [undefined, 'same', 'other'] as const;

function* apiViews(): Generator<ApiView> {
  for (const confirmed of [false, true]) yield { state: 'absent', confirmed };
  for (const terminal of [false, true])
    for (const started of [false, true])
      for (const grace of [undefined, 0, 30])
        yield {
          state: 'present',
          terminal,
          started,
          hash: 'same',
          ...(grace !== undefined && { deletion: { gracePeriodSeconds: grace } }),
        };
}

function* backendViews(): Generator<BackendView> {
  yield { presence: 'unknown' };
  yield { presence: 'absent' };
  for (const finished of [false, true])
    for (const stamp of ['ours', 'none', 'foreign'] as const)
      for (const appliedHash of hashes)
        yield { presence: 'present', finished, stamp, ...(appliedHash !== undefined && { appliedHash }) };
}

function* allViews(): Generator<PodView> {
  const yesNo = [false, true];
  for (const api of apiViews())
    for (const backend of backendViews())
      for (const predecessor of yesNo)
        for (const accepted of yesNo)
          for (const acknowledgedCreation of yesNo)
            for (const refusedHash of hashes)
              for (const deletion of [
                undefined,
                { gracePeriodSeconds: 10, overdue: false },
                { gracePeriodSeconds: 0, overdue: false },
                { gracePeriodSeconds: 10, overdue: true },
              ])
                for (const apiDeleteDone of yesNo)
                  for (const retention of ['durable', 'forgets-finished', 'dies-with-process'] as const)
                    for (const removable of yesNo)
                      for (const adoption of ['due', 'bare', 'done'] as const)
                        yield {
                          api,
                          backend,
                          predecessor,
                          accepted,
                          acknowledgedCreation,
                          apiDeleteDone,
                          retention,
                          removable,
                          adoption,
                          ...(refusedHash !== undefined && { refusedHash }),
                          ...(deletion !== undefined && { deletion }),
                        };
}

const cases: readonly (readonly [PodView, Step])[] = [...allViews()].map((view) => [view, nextStep(view)]);

/** The views that lead to a step of one of these kinds but break the rule: none, when the rule holds. */
function offenders(kinds: readonly Step['kind'][], rule: (view: PodView, step: Step) => boolean): PodView[] {
  return cases.filter(([view, step]) => kinds.includes(step.kind) && !rule(view, step)).map(([view]) => view);
}

function isFinished({ backend }: PodView): boolean {
  return backend.presence === 'present' && backend.finished;
}

describe('the next step of a pod, over every combination of what can be known', () => {
  it('covers them all', () => {
    expect(cases.length).toBe(14 * 20 * 2 * 2 * 2 * 3 * 4 * 2 * 3 * 2 * 3);
    expect(new Set(cases.map(([, { kind }]) => kind))).toEqual(
      new Set([
        'wait',
        'wait-for-stop',
        'leave-foreign',
        'look',
        'acknowledge',
        'create',
        'update',
        'adopt',
        'delete',
        'fail-as-lost',
        'end',
        'delete-from-api',
        'confirm-gone',
        'remove',
        'forget',
      ]),
    );
  });

  it('creates only a wanted pod that the backend is known not to have', () => {
    expect(
      offenders(
        ['create', 'acknowledge'],
        ({ api, backend }) =>
          api.state === 'present' && !api.terminal && api.deletion === undefined && backend.presence === 'absent',
      ),
    ).toEqual([]);
  });

  it('never creates a pod a second time after the backend accepted it', () => {
    expect(offenders(['create', 'acknowledge'], ({ accepted }) => !accepted)).toEqual([]);
  });

  it('never creates a pod that has started, unless the backend dies with its process', () => {
    expect(
      offenders(
        ['create', 'acknowledge'],
        ({ api, retention }) => api.state === 'present' && (!api.started || retention === 'dies-with-process'),
      ),
    ).toEqual([]);
  });

  it('never creates a pod while another of its name may run, nor one that was refused as it is', () => {
    expect(
      offenders(
        ['create', 'acknowledge'],
        ({ predecessor, refusedHash, api }) => !predecessor && api.state === 'present' && refusedHash !== api.hash,
      ),
    ).toEqual([]);
  });

  it('acknowledges a pod before its creation in a backend that forgets, and in no other', () => {
    expect(offenders(['create'], (view) => view.retention !== 'forgets-finished' || view.acknowledgedCreation)).toEqual(
      [],
    );
    expect(
      offenders(['acknowledge'], (view) => view.retention === 'forgets-finished' && !view.acknowledgedCreation),
    ).toEqual([]);
  });

  it('stops or removes what the API does not have only when it is ours and the API itself has said so', () => {
    expect(
      offenders(
        ['delete', 'remove'],
        ({ api, backend }) =>
          api.state === 'present' || (api.confirmed && backend.presence === 'present' && backend.stamp === 'ours'),
      ),
    ).toEqual([]);
  });

  it('neither changes, stops nor removes what carries the stamp of somebody else, and says so while it runs', () => {
    const isForeign = ({ backend }: PodView): boolean => backend.presence === 'present' && backend.stamp === 'foreign';
    expect(offenders(['create', 'update', 'adopt', 'delete', 'remove'], (view) => !isForeign(view))).toEqual([]);
    expect(offenders(['leave-foreign'], isForeign)).toEqual([]);
    const runsOn = (view: PodView): boolean => isForeign(view) && !isFinished(view);
    expect(offenders(['end'], (view) => !runsOn(view))).toEqual([]);
  });

  it('removes nothing that still runs and nothing that the API still has', () => {
    expect(offenders(['remove'], (view) => view.api.state === 'absent' && view.removable && isFinished(view))).toEqual(
      [],
    );
  });

  it('hands over what is found in the backend before it is changed or stopped, and only what is ours', () => {
    expect(
      offenders(
        ['adopt'],
        ({ adoption, backend }) => adoption !== 'done' && 'stamp' in backend && backend.stamp === 'ours',
      ),
    ).toEqual([]);
    const first = (view: PodView): boolean =>
      view.api.state === 'absent' ||
      view.adoption !== 'due' ||
      !('stamp' in view.backend && view.backend.stamp === 'ours');
    expect(offenders(['update', 'delete', 'end', 'delete-from-api'], first)).toEqual([]);
  });

  it('hands over a pod that stops or has ended without what it refers to', () => {
    const isOver = ({ api }: PodView): boolean =>
      api.state === 'present' && (api.terminal || api.deletion !== undefined);
    expect(offenders(['adopt'], (view, step) => 'bare' in step && step.bare === isOver(view))).toEqual([]);
  });

  it('stops a wanted pod for no reason', () => {
    expect(
      offenders(['delete'], ({ api }) => api.state === 'absent' || api.terminal || api.deletion !== undefined),
    ).toEqual([]);
  });

  it('stops a wanted pod that makes room for another as one that is deleted, within its own grace, and nothing else with it', () => {
    const wrong = cases.filter(([view, step]) => {
      const { api } = view;
      const preempted = nextStep({ ...view, preempted: true });
      if (api.state === 'absent' || api.terminal || api.deletion !== undefined)
        return !isDeepStrictEqual(preempted, step);
      const deleted = nextStep({ ...view, api: { ...api, deletion: { gracePeriodSeconds: 30 } } });
      const isFirstStop = deleted.kind === 'delete' && deleted.gracePeriodSeconds === 30;
      return !isDeepStrictEqual(preempted, isFirstStop ? { ...deleted, gracePeriodSeconds: 'as-last-asked' } : deleted);
    });
    expect(wrong).toEqual([]);
  });

  it('stops only what is known to be there', () => {
    expect(offenders(['delete'], ({ backend }) => backend.presence === 'present')).toEqual([]);
  });

  it('removes an API object only with a terminal status, on request, once, and when nothing of it runs', () => {
    expect(
      offenders(
        ['delete-from-api'],
        (view) =>
          view.api.state === 'present' &&
          view.api.terminal &&
          view.api.deletion !== undefined &&
          !view.apiDeleteDone &&
          (view.backend.presence === 'absent' || isFinished(view)),
      ),
    ).toEqual([]);
  });

  it('writes the last status of a deleted pod only when the backend has finished with it', () => {
    expect(
      offenders(
        ['end'],
        (view) =>
          view.api.state === 'present' &&
          !view.api.terminal &&
          view.api.deletion !== undefined &&
          (view.backend.presence === 'absent' || isFinished(view)),
      ),
    ).toEqual([]);
  });

  it('calls a pod lost only when the backend is known not to have it and it may have run', () => {
    expect(
      offenders(
        ['fail-as-lost'],
        ({ api, backend, accepted, retention }) =>
          backend.presence === 'absent' &&
          api.state === 'present' &&
          (accepted || (api.started && retention !== 'dies-with-process')),
      ),
    ).toEqual([]);
  });

  it('updates only a pod that is wanted, runs another spec and was not refused with this one', () => {
    expect(
      offenders(
        ['update'],
        ({ api, backend, refusedHash }) =>
          api.state === 'present' &&
          !api.terminal &&
          api.deletion === undefined &&
          refusedHash !== api.hash &&
          backend.presence === 'present' &&
          backend.appliedHash !== undefined &&
          backend.appliedHash !== api.hash,
      ),
    ).toEqual([]);
  });

  it('never acts on a backend that nobody has looked at', () => {
    expect(
      cases
        .filter(([{ backend }, { kind }]) => backend.presence === 'unknown' && kind !== 'look')
        .map(([view]) => view),
    ).toEqual([]);
  });

  it('forgets a pod only when the API does not have it and nothing of ours is left in the backend', () => {
    expect(
      offenders(
        ['forget'],
        ({ api, backend }, step) =>
          api.state === 'absent' &&
          (backend.presence === 'absent' || (backend.presence === 'present' && backend.stamp !== 'ours')) &&
          step.kind === 'forget' &&
          step.foreign === (backend.presence === 'present'),
      ),
    ).toEqual([]);
  });

  it('waits with a time limit exactly while a stop that was accepted has its grace', () => {
    expect(
      offenders(
        ['wait-for-stop'],
        (view) => view.deletion !== undefined && !view.deletion.overdue && !isFinished(view),
      ),
    ).toEqual([]);
    expect(
      offenders(['wait'], (view) => {
        const stopping =
          view.api.state === 'absent' ||
          view.api.terminal ||
          (view.api.state === 'present' && view.api.deletion !== undefined);
        const runs = view.backend.presence === 'present' && !view.backend.finished;
        return !(stopping && runs);
      }),
    ).toEqual([]);
  });

  it('asks again when the grace that is asked for is shorter than the one that was, also of a pod that has ended', () => {
    const running: BackendView = { presence: 'present', finished: false, stamp: 'ours' };
    for (const terminal of [false, true]) {
      const view = cases.find(
        ([{ api, backend, deletion, adoption }]) =>
          api.state === 'present' &&
          adoption === 'done' &&
          api.terminal === terminal &&
          api.deletion?.gracePeriodSeconds === 0 &&
          JSON.stringify(backend) === JSON.stringify(running) &&
          deletion?.gracePeriodSeconds === 10,
      );
      expect(view?.[1]).toEqual({ kind: 'delete', gracePeriodSeconds: 0 });
    }
  });

  it('kills what outlives its grace', () => {
    expect(
      offenders(['delete'], ({ deletion }, step) =>
        step.kind === 'delete' && deletion?.overdue === true ? step.gracePeriodSeconds === 0 : true,
      ),
    ).toEqual([]);
  });
});
