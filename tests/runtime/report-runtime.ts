import type { Found } from '../cluster/find-binaries.ts';
import { reportLane } from '../lane-report.ts';
import { runtimeVersion, type RuntimePrograms } from './find-runtime.ts';

/** Says in the closing summary what a part of the lane ran against, or what it lacked. */
export function reportRuntime(part: string, programs: Found<RuntimePrograms>): void {
  if ('missing' in programs) {
    reportLane({ lane: 'runtime', part, ran: false, reason: `${part}: ${programs.missing}` });
    return;
  }
  reportLane({ lane: 'runtime', part, ran: true, detail: runtimeVersion(programs.found) });
}
