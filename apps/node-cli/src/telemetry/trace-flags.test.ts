import { describe, expect, it } from 'vitest';
import { resolveFlags } from '../flags/resolve-flags.ts';
import { exporterList, sampleRate, traceTags } from './trace-flags.ts';
import { tracingWish, type TraceFlags } from './tracing-wish.ts';

describe('the sample rate', () => {
  it('is always, never or a percentage, as in the Go project', () => {
    expect(['always', 'Never', '0', '100', '12.5'].map((text) => sampleRate.parse(text))).toEqual([1, 0, 0, 1, 0.125]);
    expect([1, 0, 0.125].map((rate) => sampleRate.format(rate))).toEqual(['always', 'never', '12.5']);
    for (const text of ['101', '-1', 'often', ''])
      expect(() => sampleRate.parse(text)).toThrow('is neither always, never nor a percentage from 0 to 100');
  });
});

describe('the tags of a trace', () => {
  it('are given with commas or with the flag again', () => {
    const { values } = resolveFlags({
      command: 'run',
      given: new Map([['trace-tag', ['site=hall-3,team=edge', 'tier=gold']]]),
      environment: {},
    });
    expect(values.traceTag).toEqual({ site: 'hall-3', team: 'edge', tier: 'gold' });
  });

  it('cannot be those that the process sets itself', () => {
    for (const name of ['operatingSystem', 'provider', 'nodeName'])
      expect(() => traceTags.parse(`site=x,${name}=y`)).toThrow(`the tag ${name} is reserved`);
  });
});

describe('the exporters of traces', () => {
  it('are otlp, and those of the Go project', () => {
    expect(exporterList.parse('otlp,Jaeger')).toEqual(['otlp', 'jaeger']);
    expect(() => exporterList.parse('zipkin')).toThrow("'zipkin' is not an exporter; use otlp");
  });
});

describe('tracing', () => {
  const none: TraceFlags = {};
  const otlp: TraceFlags = { traceExporter: ['otlp'] };

  it('is off unless a flag or a variable asks for it', () => {
    expect(tracingWish(none, {})).toEqual({ wanted: false, warnings: [] });
    expect(tracingWish(none, { OTEL_EXPORTER_OTLP_ENDPOINT: '' }).wanted).toBe(false);
    expect(tracingWish(otlp, {})).toEqual({ wanted: true, warnings: [] });
    for (const variable of [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
      'OTEL_TRACES_EXPORTER',
    ])
      expect(tracingWish(none, { [variable]: 'x' }).wanted).toBe(true);
  });

  it('is off where a variable says so, and a flag to the contrary is told', () => {
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
    for (const off of [{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }]) {
      expect(tracingWish(none, { ...endpoint, ...off })).toEqual({ wanted: false, warnings: [] });
      expect(tracingWish(otlp, { ...endpoint, ...off }).warnings).toEqual([
        `--trace-exporter otlp has no effect: ${Object.entries(off).flat().join('=')} is set`,
      ]);
    }
  });

  it('takes the exporters of the Go project with a word on what to use', () => {
    for (const exporter of ['jaeger', 'ocagent', 'zpages'] as const) {
      const { wanted, warnings } = tracingWish({ traceExporter: [exporter] }, {});
      expect(wanted).toBe(false);
      expect(warnings).toEqual([
        expect.stringMatching(new RegExp(`^--trace-exporter ${exporter} has no effect: .*otlp`)),
      ]);
    }
  });

  it('says when a flag has nothing to work on', () => {
    expect(tracingWish({ traceSampleRate: 0.5 }, {}).warnings).toEqual([
      'the --trace-... flags have no effect without --trace-exporter otlp',
    ]);
  });
});
