import { parseDurationRange, type DurationRange } from './duration.ts';

/** Every annotation of the mock starts with this. */
export const annotationPrefix = 'mock.virtual-kubelet.io/';

const hangingMethods = ['createPod', 'updatePod', 'deletePod', 'removePod', 'getPod'] as const;

export type HangingMethod = (typeof hangingMethods)[number];

export type StartError = 'transient' | 'terminal' | 'unacknowledged';

/** What each behaviour is once it has been read. */
export interface BehaviourValues {
  readonly 'start-delay': DurationRange;
  readonly 'start-error': StartError;
  readonly 'start-error-count': number;
  readonly throttle: number;
  readonly 'throttle-delay': DurationRange;
  readonly 'run-time': DurationRange;
  readonly 'exit-code': number;
  readonly oom: boolean;
  readonly stdout: readonly string[];
  readonly 'stdout-rate': number;
  readonly 'ready-after': DurationRange;
  readonly 'lost-after': DurationRange;
  readonly 'delete-delay': DurationRange | 'never';
  readonly 'delete-error-count': number;
  readonly hang: readonly HangingMethod[];
  readonly 'hang-ignoring-abort': readonly HangingMethod[];
  readonly refuse: readonly string[];
}

export type BehaviourName = keyof BehaviourValues;

/** One behaviour: how it is written, what it does, and how it is read. */
export interface BehaviourKey<Value> {
  /** The syntax of the value, for people. */
  readonly values: string;
  /** May be given for one container, as `<name>.<container>`; without the container's name it is for all of them. */
  readonly perContainer: boolean;
  readonly meaning: string;
  readonly example: string;
  /** Undefined when the text is not a value of this behaviour. */
  read(text: string): Value | undefined;
}

function oneOf<Value extends string>(allowed: readonly Value[]): (text: string) => Value | undefined {
  return (text) => allowed.find((value) => value === text);
}

function listOf<Value>(read: (text: string) => Value | undefined): (text: string) => readonly Value[] | undefined {
  return (text) => {
    const values = text.split(',').map((item) => read(item.trim()));
    const good = values.filter((value) => value !== undefined);
    return good.length === values.length ? good : undefined;
  };
}

function integer(minimum: number, maximum: number): (text: string) => number | undefined {
  return (text) => {
    const value = Number(text);
    return /^\d+$/u.test(text) && value >= minimum && value <= maximum ? value : undefined;
  };
}

function readRate(text: string): number | undefined {
  const value = Number(text);
  return /^\d+(\.\d+)?$/u.test(text) && value > 0 && value <= 10_000 ? value : undefined;
}

const durationSyntax = 'duration or range: `10s`, `1m30s`, `1s-5s`';
const countSyntax = 'a whole number, at least 1';
const count = integer(1, 1_000_000);
const readMethods = listOf(oneOf(hangingMethods));
const methodsSyntax = `a comma-separated list of ${hangingMethods.map((method) => `\`${method}\``).join(', ')}`;

/** The one table behind reading, checking and documenting what a mock pod does. */
export const behaviourTable: { readonly [Name in BehaviourName]: BehaviourKey<BehaviourValues[Name]> } = {
  'start-delay': {
    values: durationSyntax,
    perContainer: false,
    meaning: 'The pod stays Pending (ContainerCreating) for this long. Without it the pod runs at once.',
    example: '2s',
    read: parseDurationRange,
  },
  'start-error': {
    values: '`transient`, `terminal` or `unacknowledged`',
    perContainer: false,
    meaning:
      'Creating the pod fails: with an error that is worth another try, with one that is not, or after the pod was created all the same, as when the answer is lost on the way.',
    example: 'transient',
    read: oneOf(['transient', 'terminal', 'unacknowledged']),
  },
  'start-error-count': {
    values: countSyntax,
    perContainer: false,
    meaning: 'How many creates fail with `start-error`. Without it all of them do.',
    example: '2',
    read: count,
  },
  throttle: {
    values: countSyntax,
    perContainer: false,
    meaning: 'The first so many creates are answered with RetryAfter.',
    example: '3',
    read: count,
  },
  'throttle-delay': {
    values: durationSyntax,
    perContainer: false,
    meaning: 'What RetryAfter asks for. Without it `1s`.',
    example: '500ms',
    read: parseDurationRange,
  },
  'run-time': {
    values: durationSyntax,
    perContainer: true,
    meaning:
      'The container exits after this long, and is started again as the restartPolicy says. Without it, and without `exit-code` and `oom`, it runs until it is stopped.',
    example: '10s',
    read: parseDurationRange,
  },
  'exit-code': {
    values: 'a whole number from 0 to 255',
    perContainer: true,
    meaning: 'What the container exits with after `run-time`, or at once without `run-time`. Without it 0.',
    example: '3',
    read: integer(0, 255),
  },
  oom: {
    values: '`true` or `false`',
    perContainer: true,
    meaning: 'The container ends as OOMKilled with exit code 137, after `run-time`, or at once without `run-time`.',
    example: 'true',
    read: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  },
  stdout: {
    values: 'lines, separated by line breaks',
    perContainer: true,
    meaning: "The container's log: written when the container starts.",
    example: 'hello',
    read: (text) => text.replace(/\n$/u, '').split('\n'),
  },
  'stdout-rate': {
    values: 'lines per second, above 0, up to 10000',
    perContainer: true,
    meaning: 'The lines of `stdout` are written at this rate, over and over, while the container runs.',
    example: '5',
    read: readRate,
  },
  'ready-after': {
    values: durationSyntax,
    perContainer: true,
    meaning: 'The container is ready this long after each of its starts. Without it at once.',
    example: '5s',
    read: parseDurationRange,
  },
  'lost-after': {
    values: durationSyntax,
    perContainer: false,
    meaning: 'The pod vanishes from the backend this long after it was created, without a trace.',
    example: '30s',
    read: parseDurationRange,
  },
  'delete-delay': {
    values: `${durationSyntax}, or \`never\``,
    perContainer: false,
    meaning:
      'How long the containers take to stop once asked. At the end of the grace period they are killed (exit code 137). With `never` they are stuck: only a delete with grace period 0 ends them. Without it they stop at once with exit code 0.',
    example: '20s',
    read: (text) => (text === 'never' ? text : parseDurationRange(text)),
  },
  'delete-error-count': {
    values: countSyntax,
    perContainer: false,
    meaning: 'The first so many deletes fail with an error that is worth another try.',
    example: '2',
    read: count,
  },
  hang: {
    values: methodsSyntax,
    perContainer: false,
    meaning: 'These calls for the pod do not answer until they are aborted.',
    example: 'createPod',
    read: readMethods,
  },
  'hang-ignoring-abort': {
    values: methodsSyntax,
    perContainer: false,
    meaning: 'These calls for the pod never answer, even when they are aborted.',
    example: 'deletePod',
    read: readMethods,
  },
  refuse: {
    values: 'a comma-separated list of field paths',
    perContainer: false,
    meaning: 'The pod is refused before it is created, with these fields as the cause.',
    example: 'spec.hostNetwork',
    read: listOf((text) => (text === '' ? undefined : text)),
  },
};

export const behaviourNames: readonly BehaviourName[] = Object.keys(behaviourTable) as BehaviourName[];
