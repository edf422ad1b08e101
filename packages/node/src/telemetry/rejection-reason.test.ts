import { expect, it } from 'vitest';
import { isRejection } from './rejection-reason.ts';

it.each(['OutOfcpu', 'NodeAffinity', 'ProviderRefused', 'OutOfexample.com/gpu', 'OutOfhugepages-2Mi'])(
  '%s is why a pod has never begun',
  (reason) => {
    expect(isRejection(reason)).toBe(true);
  },
);

it.each(['', 'NotFound', 'Preempting', 'DeadlineExceeded', 'Evicted', 'OutOfMemory', 'OutOf'])(
  '%s is something else',
  (reason) => {
    expect(isRejection(reason)).toBe(false);
  },
);
