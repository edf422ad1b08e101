import type { PodEvent } from '../../provider/provider-context.ts';
import type { Container, Pod, PodSpec } from '../../provider/wire.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import type { RuntimeSandbox } from '../runtime/sandbox.ts';
import type { PendingResize } from './allocation.ts';
import { BusyLaneError } from './busy-lane-error.ts';
import type { Cancellation, EngineAction, EngineStep } from './engine-action.ts';
import type { EngineSettings } from './engine-settings.ts';
import type { ContainerProgress, Failure, InFlight, Kill, PodEngineState } from './engine-state.ts';
import { runsOf, type PodObservation } from './observation.ts';
import { withFields, type FieldChange } from './with-fields.ts';

export interface EngineInput {
  /** The pod as in the API. */
  readonly pod: Pod;
  readonly state: PodEngineState;
  readonly observation: PodObservation;
  /** Milliseconds since the epoch, never going back. */
  readonly now: number;
  readonly settings: EngineSettings;
  /**
   * Which version of the pod is at hand with everything that it refers to; it grows with each change. Undefined while something
   * is missing: then nothing is started; what runs is looked after.
   */
  readonly version: number | undefined;
  /**
   * From 0 up to 1, drawn for each pod: which share of their period the probes of a container wait that another process has started.
   * The probes of all pods would come at once after a restart of the process otherwise.
   */
  readonly probeDelayShare: number;
  /** The pod asks for other resources than those that it is given here. */
  readonly pendingResize?: PendingResize | undefined;
}

/** One walk through the machine: what is known, and what is being decided. It lives for one call only. */
export class Turn {
  readonly pod: Pod;
  readonly spec: PodSpec;
  readonly observation: PodObservation;
  readonly now: number;
  readonly settings: EngineSettings;
  readonly version: number | undefined;
  readonly probeDelayShare: number;
  readonly pendingResize: PendingResize | undefined;
  readonly actions: EngineAction[] = [];
  readonly cancellations: Cancellation[] = [];
  readonly events: PodEvent[] = [];
  state: PodEngineState;
  /** The sandbox that containers are started in; undefined while there is none that can be used. */
  sandbox: RuntimeSandbox | undefined;
  /** False while the pod as a whole has to be given more first. */
  containersMayResize = true;
  deadline: number = Number.POSITIVE_INFINITY;

  constructor({ pod, state, observation, now, settings, version, probeDelayShare, pendingResize }: EngineInput) {
    this.pod = pod;
    this.spec = pod.spec ?? { containers: [] };
    this.state = state;
    this.observation = observation;
    this.now = now;
    this.settings = settings;
    this.version = version;
    this.probeDelayShare = probeDelayShare;
    this.pendingResize = pendingResize;
  }

  /** Containers may be started: what the pod refers to is at hand, and what it needs on the host is ready. */
  get mayStart(): boolean {
    return this.version !== undefined && (!this.settings.prepares || this.state.preparedVersion !== undefined);
  }

  progress(name: string): ContainerProgress {
    return this.state.containers[name] ?? { probes: {} };
  }

  /** Sets fields of a container's progress; a field that is given as undefined is taken out. */
  setProgress(name: string, change: FieldChange<ContainerProgress>): void {
    const progress = withFields(this.progress(name), change);
    this.state = { ...this.state, containers: { ...this.state.containers, [name]: progress } };
  }

  /** Sets fields of the state; a field that is given as undefined is taken out. */
  setState(change: FieldChange<PodEngineState>): void {
    this.state = withFields(this.state, change);
  }

  /** Notes how the stop of a container stands; undefined when it has ended. */
  setKill(containerId: string, kill: Kill | undefined): void {
    const { [containerId]: _before, ...others } = this.state.kills;
    this.setState({ kills: kill === undefined ? others : { ...this.state.kills, [containerId]: kill } });
  }

  isBusy(lane: string): boolean {
    return this.state.inFlight[lane] !== undefined;
  }

  /** The runs of a container, the newest first. One that could not be started counts as ended, whatever the runtime calls it. */
  runs(name: string): RuntimeContainer[] {
    const refused = this.progress(name).refusedStart;
    return runsOf(this.observation, name).map((run) =>
      run.state === 'created' && run.id === refused?.containerId
        ? {
            ...run,
            state: 'exited',
            exitCode: 128,
            reason: 'StartError',
            message: refused.message,
            finishedAt: refused.at,
          }
        : run,
    );
  }

  latest(name: string): RuntimeContainer | undefined {
    return this.runs(name)[0];
  }

  /** Has a step done in a lane. @throws BusyLaneError when the lane is not free. */
  begin(lane: string, step: EngineStep): void {
    if (this.isBusy(lane)) throw new BusyLaneError(lane);
    const id = this.state.lastActionId + 1;
    const inFlight = { id, step, since: this.now };
    this.setState({ lastActionId: id, inFlight: { ...this.state.inFlight, [lane]: inFlight } });
    this.actions.push({ ...step, lane, id });
  }

  /** What is under way in a lane. */
  stepIn(lane: string): EngineStep | undefined {
    return this.state.inFlight[lane]?.step;
  }

  /** Frees a lane. Gives what was under way there. */
  free(lane: string): InFlight | undefined {
    const { [lane]: known, ...rest } = this.state.inFlight;
    if (known !== undefined) this.setState({ inFlight: rest });
    return known;
  }

  /** Ends what is under way in a lane; its outcome no longer counts. */
  cancel(lane: string): void {
    const known = this.free(lane);
    if (known === undefined) return;
    const begun = this.actions.findIndex(({ id }) => id === known.id);
    if (begun === -1) this.cancellations.push({ lane, id: known.id, outcome: 'ignored' });
    else this.actions.splice(begun, 1);
  }

  /** Asks what is under way in a lane to end; how it ended still counts. What has not left yet is not done at all. */
  hurry(lane: string): void {
    const known = this.state.inFlight[lane];
    if (known === undefined || known.cancelled === true) return;
    if (this.actions.some(({ id }) => id === known.id)) {
      this.cancel(lane);
      return;
    }
    this.setState({ inFlight: { ...this.state.inFlight, [lane]: { ...known, cancelled: true } } });
    this.cancellations.push({ lane, id: known.id, outcome: 'awaited' });
  }

  fail(lane: string, failure: Failure | undefined): void {
    const { [lane]: _before, ...rest } = this.state.failures;
    this.setState({ failures: failure === undefined ? rest : { ...rest, [lane]: failure } });
  }

  /** True while the lane waits for its next try. */
  isHeldUp(lane: string): boolean {
    const failure = this.state.failures[lane];
    if (failure === undefined || this.now >= failure.retryAt) return false;
    this.wakeAt(failure.retryAt);
    return true;
  }

  /** Has the machine asked again at this time at the latest. */
  wakeAt(time: number): void {
    this.deadline = Math.min(this.deadline, Math.max(time, this.now));
  }

  tell(type: PodEvent['type'], reason: string, message: string, container?: string): void {
    const fieldPath = container === undefined ? undefined : fieldPathOf(this.spec, container);
    this.events.push({ type, reason, message, ...(fieldPath !== undefined && { fieldPath }) });
  }

  /** Any container of the spec by name. */
  container(name: string): Container | undefined {
    return allContainers(this.spec).find((container) => container.name === name);
  }
}

/** Init, regular and ephemeral containers; they share one name space. */
export function allContainers(spec: PodSpec): readonly Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
}

function fieldPathOf(spec: PodSpec, name: string): string {
  if (spec.initContainers?.some((container) => container.name === name) ?? false) return `spec.initContainers{${name}}`;
  if (spec.ephemeralContainers?.some((container) => container.name === name) ?? false) {
    return `spec.ephemeralContainers{${name}}`;
  }
  return `spec.containers{${name}}`;
}
