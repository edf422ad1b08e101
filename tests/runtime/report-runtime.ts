import { execFileSync } from 'node:child_process';
import type { Found } from '../cluster/find-binaries.ts';
import { reportLane } from '../lane-report.ts';
import type { ContainerdPrograms } from './containerd/find-containerd.ts';

/** Says in the closing summary what a part of the lane ran against, or what it lacked. */
export function reportRuntime(part: string, programs: Found<ContainerdPrograms>): void {
  if ('missing' in programs) {
    reportLane({ lane: 'runtime', part, ran: false, reason: `${part}: ${programs.missing}` });
    return;
  }
  const version = execFileSync(programs.found.containerd, ['--version'], { encoding: 'utf8' }).trim();
  reportLane({ lane: 'runtime', part, ran: true, detail: version.split(' ').slice(0, 3).join(' ') });
}
