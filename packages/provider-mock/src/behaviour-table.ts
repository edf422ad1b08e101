import { parseDurationRange, type DurationRange } from './duration.ts';
import { parseQuantity } from './quantity.ts';

/** Every annotation of the mock starts with this. */
export const annotationPrefix = 'mock.virtual-kubelet.io/';

const hangingMethods = ['createPod', 'updatePod', 'deletePod', 'removePod', 'getPod'] as const;

export type HangingMethod = (typeof hangingMethods)[number];

export type StartError = 'transient' | 'terminal' | 'unacknowledged';

const mainProcesses = ['silent', 'echo', 'shell', 'command'] as const;

/** What a container's main process is for somebody who attaches to it. */
export type MainProcess = (typeof mainProcesses)[number];

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
  readonly stderr: readonly string[];
  readonly 'main-process': MainProcess;
  readonly 'http-ports': readonly number[];
  readonly 'echo-ports': readonly number[];
  readonly 'discard-ports': readonly number[];
  /** Cores. */
  readonly 'cpu-usage': number;
  /** Bytes. */
  readonly 'memory-usage': number;
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
  /** Not possible in engine mode, where the pod engine decides what this is about. */
  readonly recordOnly?: true;
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

const readLines = (text: string): string[] => text.replace(/\n$/u, '').split('\n');

const portsSyntax = 'a comma-separated list of port numbers, or nothing';
const readPortList = listOf(integer(1, 65_535));
const readPorts = (text: string): readonly number[] | undefined => (text === '' ? [] : readPortList(text));

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
    recordOnly: true,
    meaning:
      'Creating the pod fails: with an error that is worth another try, with one that is not, or after the pod was created all the same, as when the answer is lost on the way.',
    example: 'transient',
    read: oneOf(['transient', 'terminal', 'unacknowledged']),
  },
  'start-error-count': {
    values: countSyntax,
    perContainer: false,
    recordOnly: true,
    meaning: 'How many creates fail with `start-error`. Without it all of them do.',
    example: '2',
    read: count,
  },
  throttle: {
    values: countSyntax,
    perContainer: false,
    recordOnly: true,
    meaning: 'The first so many creates are answered with RetryAfter.',
    example: '3',
    read: count,
  },
  'throttle-delay': {
    values: durationSyntax,
    perContainer: false,
    recordOnly: true,
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
    meaning:
      "The container's log: written when the container starts. Without it, and without `stderr`, a line that says what the container is.",
    example: 'hello',
    read: readLines,
  },
  'stdout-rate': {
    values: 'lines per second, above 0, up to 10000',
    perContainer: true,
    meaning: 'The lines of `stdout` are written at this rate, over and over, while the container runs.',
    example: '5',
    read: readRate,
  },
  stderr: {
    values: 'lines, separated by line breaks',
    perContainer: true,
    meaning: 'What the container writes to its standard error when it starts.',
    example: 'warning: no config',
    read: readLines,
  },
  'main-process': {
    values: '`silent`, `echo`, `shell` or `command`',
    perContainer: true,
    meaning:
      "What `kubectl attach` talks to. `silent` reads what it is sent and says nothing, `echo` writes it to its log, `shell` is a shell. With `command`, in engine mode only, the container's own `command` and `args` are run by the built-in shell and programs, and their end is the container's. Without it `shell` for an ephemeral container and for one with both `stdin` and `tty`, else `silent`.",
    example: 'shell',
    read: oneOf(mainProcesses),
  },
  'http-ports': {
    values: portsSyntax,
    perContainer: false,
    meaning:
      'Ports of the pod that answer HTTP, besides those that its containers declare: with the request that was sent, and with the status in a path such as `/status/503`. Without it `80,8080`.',
    example: '3000',
    read: readPorts,
  },
  'echo-ports': {
    values: portsSyntax,
    perContainer: false,
    meaning: 'Ports of the pod that give back each byte. Without it `7`.',
    example: '7,5432',
    read: readPorts,
  },
  'discard-ports': {
    values: portsSyntax,
    perContainer: false,
    meaning: 'Ports of the pod that read everything and answer nothing. Without it `9`.',
    example: '9',
    read: readPorts,
  },
  'cpu-usage': {
    values: 'a quantity of cores',
    perContainer: true,
    meaning: 'The CPU that the container uses on average, for metrics. Without it something from 5m to 100m.',
    example: '250m',
    read: parseQuantity,
  },
  'memory-usage': {
    values: 'a quantity of bytes',
    perContainer: true,
    meaning: 'The memory that the container uses on average, for metrics. Without it something from 8Mi to 64Mi.',
    example: '64Mi',
    read: parseQuantity,
  },
  'ready-after': {
    values: durationSyntax,
    perContainer: true,
    recordOnly: true,
    meaning: 'The container is ready this long after each of its starts. Without it at once.',
    example: '5s',
    read: parseDurationRange,
  },
  'lost-after': {
    values: durationSyntax,
    perContainer: false,
    recordOnly: true,
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
    recordOnly: true,
    meaning: 'The first so many deletes fail with an error that is worth another try.',
    example: '2',
    read: count,
  },
  hang: {
    values: methodsSyntax,
    perContainer: false,
    recordOnly: true,
    meaning: 'These calls for the pod do not answer until they are aborted.',
    example: 'createPod',
    read: readMethods,
  },
  'hang-ignoring-abort': {
    values: methodsSyntax,
    perContainer: false,
    recordOnly: true,
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
