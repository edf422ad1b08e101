import { describe, expect, it } from 'vitest';
import type { Container } from '../../provider/wire.ts';
import { qualityOfService } from './quality-of-service.ts';

describe('the class of a pod', () => {
  it('is what the API server says', () => {
    expect(qualityOfService({ spec: { containers: [] }, status: { qosClass: 'Burstable' } })).toBe('Burstable');
  });

  it('is guaranteed only when every container has limits of both, and asks for them', () => {
    const limits = { cpu: '1', memory: '1Gi' };
    const of = (...all: Container['resources'][]) =>
      qualityOfService({
        spec: { containers: all.map((resources) => ({ name: 'app', ...(resources && { resources }) })) },
      });
    expect(of({ limits })).toBe('Guaranteed');
    expect(of({ limits, requests: { cpu: '1000m', memory: '1024Mi' } })).toBe('Guaranteed');
    expect(of({ limits, requests: { cpu: '500m' } })).toBe('Burstable');
    expect(of({ limits }, undefined)).toBe('Burstable');
    expect(of(undefined)).toBe('BestEffort');
    expect(of({ limits: { 'ephemeral-storage': '1Gi' } })).toBe('BestEffort');
  });
});
