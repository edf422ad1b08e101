import { describe, expect, it } from 'vitest';
import { createLogger, type LogLevel } from './pino-logger.ts';

async function logged(
  write: (logger: Awaited<ReturnType<typeof createLogger>>) => void,
  options: { level?: LogLevel; format?: 'json' | 'pretty' } = {},
): Promise<string[]> {
  const lines: string[] = [];
  const logger = await createLogger({
    level: options.level ?? 'info',
    format: options.format ?? 'json',
    colour: false,
    output: { write: (text) => void lines.push(text) },
  });
  write(logger);
  return lines;
}

describe('the logger', () => {
  it('writes one JSON object per line, with the level by name and the fields of the loggers around it', async () => {
    const [line = ''] = await logged((logger) => logger.with({ node: 'n1' }).info('pod created', { pod: 'a/b' }));
    expect(JSON.parse(line)).toMatchObject({ level: 'info', node: 'n1', pod: 'a/b', msg: 'pod created' });
    expect((JSON.parse(line) as { time: string }).time).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(line.endsWith('\n')).toBe(true);
  });

  it('has no field twice', async () => {
    const [line = ''] = await logged((logger) => logger.with({ node: 'a' }).info('x', { node: 'b' }));
    expect(line.match(/"node"/g)).toHaveLength(1);
    expect(JSON.parse(line)).toMatchObject({ node: 'b' });
  });

  it('keeps quiet below its level', async () => {
    expect(await logged((logger) => logger.debug('detail'))).toEqual([]);
    expect(await logged((logger) => logger.debug('detail'), { level: 'debug' })).toHaveLength(1);
  });

  it('writes lines for people when asked', async () => {
    const [line = ''] = await logged((logger) => logger.warn('the backend is slow', { pod: 'a/b' }), {
      format: 'pretty',
    });
    expect(line).toMatch(/^\[\d\d:\d\d:\d\d\] WARN: the backend is slow \{"pod":"a\/b"\}\n$/);
  });

  it('keeps to one line for people, also with an error', async () => {
    const [line = ''] = await logged((logger) => logger.warn('failed', { error: new Error('no room') }), {
      format: 'pretty',
    });
    expect(line).toMatch(/^\[[\d:]+\] WARN: failed \{"error":\{"type":"Error","message":"no room"\}\}\n$/);
  });

  it('tells an error with its cause', async () => {
    const error = new Error('cannot list', { cause: new Error('refused') });
    const [line = ''] = await logged((logger) => logger.error('failed', { error }));
    expect(JSON.parse(line)).toMatchObject({ error: { message: 'cannot list', cause: { message: 'refused' } } });
    expect(line).not.toContain('stack');
    const [detailed = ''] = await logged((logger) => logger.error('failed', { error }), { level: 'debug' });
    expect(JSON.parse(detailed)).toMatchObject({ error: { stack: expect.stringContaining('cannot list') as string } });
  });
});

describe('credentials', () => {
  const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';

  it('are blanked by the name of their field, however deep it lies', async () => {
    const lines = await logged((logger) =>
      logger
        .with({ 'api-key': 'k-1' })
        .info('call', { headers: { Authorization: 'Basic c2VjcmV0' }, user: { client_secret: 'hush', name: 'me' } }),
    );
    expect(lines.join('')).not.toMatch(/k-1|c2VjcmV0|hush/);
    expect(lines.join('')).toContain('"name":"me"');
  });

  it('are blanked by what they look like, in messages, fields, errors and causes', async () => {
    const protocols = 'base64url.bearer.authorization.k8s.io.aHVzaA, v5.channel.k8s.io';
    const error = new Error(`401 for Bearer abc.def`, { cause: new Error(`token ${jwt}`) });
    const lines = await logged((logger) =>
      logger.error(`sent ${jwt}`, { url: `https://x/?t=${jwt}`, protocols, error }),
    );
    expect(lines.join('')).not.toContain(jwt);
    expect(lines.join('')).not.toContain('abc.def');
    expect(lines.join('')).not.toContain('aHVzaA');
    expect(lines.join('')).toContain('v5.channel.k8s.io');
  });

  it('are not seen in fields that merely speak of them', async () => {
    const [line = ''] = await logged((logger) => logger.info('x', { tokens: 3, secretName: 'db', usesToken: true }));
    expect(JSON.parse(line)).toMatchObject({ tokens: 3, secretName: 'db', usesToken: true });
  });
});
