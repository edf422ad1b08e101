import { expect, test } from 'vitest';
import type { LogChunk } from '../../provider/container-logs.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { readLogQuery } from './log-query.ts';
import { writeLog, type LogSink } from './write-log.ts';

const start = Date.UTC(2026, 0, 1, 12);
const time = (second: number): string => `2026-01-01T12:00:${String(second).padStart(2, '0')}.5Z`;

function piece(text: string, rest: Omit<LogChunk, 'bytes'> = {}): LogChunk {
  return { bytes: Buffer.from(text), ...rest };
}

async function* from(pieces: readonly LogChunk[]): AsyncGenerator<LogChunk> {
  yield* pieces;
}

function unexpected(error: unknown): never {
  throw error;
}

function into(seen: Buffer[], clock: FakeClock): LogSink {
  return {
    clock,
    caughtUp: new AbortController().signal,
    signal: new AbortController().signal,
    onLateFailure: unexpected,
    write: (bytes) => {
      seen.push(bytes);
      return undefined;
    },
  };
}

async function text(query: string, pieces: readonly LogChunk[]): Promise<string> {
  const clock = new FakeClock({ now: start });
  const seen: Buffer[] = [];
  await writeLog(from(pieces), readLogQuery(new URLSearchParams(query), start), into(seen, clock));
  return Buffer.concat(seen).toString();
}

const three = [
  piece('one\n', { time: time(1) }),
  piece('two\n', { time: time(2) }),
  piece('three\n', { time: time(3) }),
];

test('without options the log is as it was written', async () => {
  expect(await text('', three)).toBe('one\ntwo\nthree\n');
});

test('timestamps have nine digits after the seconds, before every line', async () => {
  expect(await text('timestamps=true', three)).toBe(
    '2026-01-01T12:00:01.500000000Z one\n2026-01-01T12:00:02.500000000Z two\n2026-01-01T12:00:03.500000000Z three\n',
  );
});

test('a time keeps its zone and all the digits that the backend knows', async () => {
  expect(await text('timestamps=true', [piece('x\n', { time: '2026-01-01T13:00:00.123456789+01:00' })])).toBe(
    '2026-01-01T13:00:00.123456789+01:00 x\n',
  );
});

test('a line that comes in pieces has one time, that of its first piece', async () => {
  const pieces = [piece('a', { time: time(1), partial: true }), piece('b\n', { time: time(2) }), three[2]].filter(
    (one) => one !== undefined,
  );
  expect(await text('timestamps=true', pieces)).toBe(
    '2026-01-01T12:00:01.500000000Z ab\n2026-01-01T12:00:03.500000000Z three\n',
  );
});

test('a piece of several lines has the time before each of them', async () => {
  expect(await text('timestamps=true', [piece('a\nb\n', { time: time(1) })])).toBe(
    '2026-01-01T12:00:01.500000000Z a\n2026-01-01T12:00:01.500000000Z b\n',
  );
});

test('a line whose time nobody knows gets none', async () => {
  expect(await text('timestamps=true', [piece('a\n'), piece('b\n', { time: 'soon' })])).toBe('a\nb\n');
});

test('a piece that is not partial ends its line', async () => {
  expect(await text('', [piece('a'), piece('b'), piece('')])).toBe('a\nb\n\n');
});

test('a last line that is partial ends without a newline', async () => {
  expect(await text('', [piece('a\n'), piece('b', { partial: true })])).toBe('a\nb');
});

test('what is older than since is left out, what has no time is kept', async () => {
  expect(await text('sinceTime=2026-01-01T12:00:02Z', [...three, piece('when\n')])).toBe('two\nthree\nwhen\n');
});

test('one stream alone is what was written to it', async () => {
  const pieces = [piece('out\n', { stream: 'stdout' }), piece('err\n', { stream: 'stderr' }), piece('unknown\n')];
  expect(await text('stream=Stderr', pieces)).toBe('err\n');
  expect(await text('stream=Stdout', pieces)).toBe('out\nunknown\n');
});

test('a line of stdout that is cut has what stderr says in its middle, as with the kubelet', async () => {
  const pieces = [
    piece('out', { stream: 'stdout', partial: true }),
    piece('err\n', { stream: 'stderr' }),
    piece('side\n', { stream: 'stdout' }),
  ];
  expect(await text('', pieces)).toBe('outerr\nside\n');
});

test.each([
  [0, ''],
  [1, 'three\n'],
  [2, 'two\nthree\n'],
  [9, 'one\ntwo\nthree\n'],
])('tailLines=%i is that many lines from the end', async (lines, expected) => {
  expect(await text(`tailLines=${lines}`, three)).toBe(expected);
});

test('a tail counts lines, not pieces', async () => {
  const pieces = [piece('a\nb', { partial: true }), piece('c', { partial: true }), piece('d\n')];
  expect(await text('tailLines=1', pieces)).toBe('bcd\n');
});

test('an unended last line is a line of the tail', async () => {
  expect(await text('tailLines=1', [piece('a\n'), piece('b', { partial: true })])).toBe('b');
});

test('limitBytes cuts in the middle of a line, counts the timestamps, and reads no further', async () => {
  expect(await text('limitBytes=5', three)).toBe('one\nt');
  expect(await text('limitBytes=12&timestamps=true', three)).toBe('2026-01-01T1');
  let read = 0;
  const endless = (async function* () {
    for (;;) {
      read += 1;
      yield piece('x\n');
    }
  })();
  const seen: Buffer[] = [];
  const query = readLogQuery(new URLSearchParams('limitBytes=4'), start);
  await writeLog(endless, query, into(seen, new FakeClock()));
  expect(Buffer.concat(seen).toString()).toBe('x\nx\n');
  expect(read).toBe(2);
});

test.each(['limitBytes=2', 'limitBytes=2&tailLines=1&follow=true'])(
  'a source of which no more is wanted (%s) is let go, and not waited for',
  async (query) => {
    const left = Promise.withResolvers<void>();
    const source = (async function* () {
      try {
        yield piece('one\n', { time: time(1) });
        yield piece('two\n', { time: time(2) });
      } finally {
        left.resolve();
        await new Promise(() => undefined);
      }
    })();
    const asked = readLogQuery(new URLSearchParams(query), start);
    const seen: Buffer[] = [];
    await writeLog(source, asked, into(seen, new FakeClock({ now: Date.parse(time(2)) })));
    await left.promise;
    expect(Buffer.concat(seen).toString()).toBe('on');
  },
);

test('tail comes before limit: the limit counts from the first line of the tail', async () => {
  expect(await text('tailLines=2&limitBytes=5', three)).toBe('two\nt');
});

interface Channel {
  readonly chunks: AsyncIterable<LogChunk>;
  push(chunk: LogChunk): void;
  end(): void;
}

function channel(): Channel {
  const waiting: ((step: IteratorResult<LogChunk>) => void)[] = [];
  const steps: IteratorResult<LogChunk>[] = [];
  const put = (step: IteratorResult<LogChunk>): void => {
    const taker = waiting.shift();
    if (taker === undefined) steps.push(step);
    else taker(step);
  };
  return {
    chunks: {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          const step = steps.shift();
          return step === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(step);
        },
      }),
    },
    push: (value) => put({ done: false, value }),
    end: () => put({ done: true, value: undefined }),
  };
}

interface Followed extends Channel {
  readonly seen: string[];
  readonly ended: Promise<void>;
  readonly catchUp: () => void;
}

function follow(query: string, clock: FakeClock): Followed {
  const source = channel();
  const seen: string[] = [];
  const asked = readLogQuery(new URLSearchParams(`follow=true&${query}`), clock.now());
  const write = (bytes: Buffer): undefined => void seen.push(bytes.toString());
  const { signal } = new AbortController();
  const caughtUp = new AbortController();
  const sink = { clock, caughtUp: caughtUp.signal, signal, write, onLateFailure: unexpected };
  const ended = writeLog(source.chunks, asked, sink);
  return { ...source, seen, ended, catchUp: () => caughtUp.abort() };
}

test('a followed tail is what had been written when the log rests, and then every line', async () => {
  const clock = new FakeClock({ now: start });
  const log = follow('tailLines=1', clock);
  for (const text of ['a\n', 'b\n', 'c\n']) log.push(piece(text));
  await clock.whenPending();
  expect(log.seen).toEqual([]);
  await clock.advance(250);
  expect(log.seen).toEqual(['c\n']);
  log.push(piece('d\n'));
  log.push(piece('e\n'));
  log.end();
  await log.ended;
  expect(log.seen).toEqual(['c\n', 'd\n', 'e\n']);
});

test('a followed tail is there at once when the source says that it has given all that was there', async () => {
  const clock = new FakeClock({ now: start });
  const log = follow('tailLines=1', clock);
  for (const text of ['a\n', 'b\n', 'c\n']) log.push(piece(text));
  await clock.whenPending();
  log.catchUp();
  await clock.advance(0);
  expect(log.seen).toEqual(['c\n']);
  log.push(piece('d\n'));
  log.end();
  await log.ended;
  expect(log.seen).toEqual(['c\n', 'd\n']);
});

test('what comes after the source has said that nothing was there is no history', async () => {
  const log = follow('tailLines=0', new FakeClock({ now: start }));
  log.catchUp();
  await new Promise(setImmediate);
  for (const text of ['a\n', 'b\n']) log.push(piece(text));
  log.end();
  await log.ended;
  expect(log.seen).toEqual(['a\n', 'b\n']);
});

test('a followed tail begins with the first line that was written after the call', async () => {
  const clock = new FakeClock({ now: start });
  const log = follow('tailLines=0', clock);
  log.push(piece('before\n', { time: new Date(start - 1).toISOString() }));
  log.push(piece('after\n', { time: new Date(start).toISOString() }));
  log.push(piece('later\n', { time: new Date(start + 1).toISOString() }));
  log.end();
  await log.ended;
  expect(log.seen).toEqual(['after\n', 'later\n']);
});

test('a log without times that never rests is taken to be live after five seconds', async () => {
  const clock = new FakeClock({ now: start });
  const log = follow('tailLines=1', clock);
  for (let tick = 0; tick < 50; tick += 1) {
    log.push(piece(`${tick}\n`));
    await clock.advance(100);
  }
  expect(log.seen).toEqual([]);
  log.push(piece('50\n'));
  await clock.advance(0);
  log.push(piece('51\n'));
  log.end();
  await log.ended;
  expect(log.seen).toEqual(['49\n', '50\n', '51\n']);
});

test('a followed log that ends gives its tail at once', async () => {
  const log = follow('tailLines=2', new FakeClock({ now: start }));
  for (const text of ['a\n', 'b\n', 'c\n']) log.push(piece(text));
  log.end();
  await log.ended;
  expect(log.seen.join('')).toBe('b\nc\n');
});
