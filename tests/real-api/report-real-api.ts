import { execFileSync } from 'node:child_process';
import type { ControlPlaneBinaries, Found } from '../cluster/find-binaries.ts';
import { reportLane } from '../lane-report.ts';

/** Says in the closing summary what a part of the lane ran against, or what it lacked. */
export function reportRealApi(part: string, needs: readonly [Found<ControlPlaneBinaries>, ...Found<unknown>[]]): void {
  const missing = needs.flatMap((need) => ('missing' in need ? [need.missing] : []));
  const [binaries] = needs;
  if (missing.length > 0 || !('found' in binaries)) {
    reportLane({ lane: 'real API', part, ran: false, reason: `${part}: ${missing.join('; ')}` });
    return;
  }
  const { apiServer, scheduler, controllerManager } = binaries.found;
  const version = execFileSync(apiServer, ['--version'], { encoding: 'utf8' }).trim();
  const beside = [
    scheduler === undefined ? 'no kube-scheduler' : 'kube-scheduler',
    controllerManager === undefined ? 'no kube-controller-manager' : 'kube-controller-manager',
  ];
  reportLane({ lane: 'real API', part, ran: true, detail: `kube-apiserver of ${version}, ${beside.join(', ')}` });
}
