import type { Container, Pod } from '../../provider/wire.ts';
import { samplePod } from '../../testing/sample-pod.ts';

const probe = { tcpSocket: { port: 80 }, periodSeconds: 1, failureThreshold: 2 };
const hooks = { postStart: { exec: { command: ['a'] } }, preStop: { exec: { command: ['b'] } } };

/** A pod out of everything that the machine knows, drawn at random. */
export function randomPod(random: () => number): Pod {
  const chance = (share: number): boolean => random() < share;
  const container = (name: string, change: Partial<Container> = {}): Container => ({
    name,
    image: 'app:1',
    ...(chance(0.3) && { livenessProbe: probe }),
    ...(chance(0.3) && { readinessProbe: probe }),
    ...(chance(0.2) && { startupProbe: probe }),
    ...(chance(0.3) && { lifecycle: hooks }),
    ...(chance(0.3) && { imagePullPolicy: 'Always' }),
    ...change,
  });
  const initContainers: Container[] = [];
  for (const name of ['i1', 'i2', 'i3']) {
    const kind = random();
    if (kind < 0.4) initContainers.push({ name, image: 'app:1' });
    else if (kind < 0.64) initContainers.push(container(name, { restartPolicy: 'Always' }));
  }
  const rules = [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [42] } }];
  const own = chance(0.2) ? { restartPolicy: 'OnFailure', restartPolicyRules: rules } : {};
  const containers = [container('app', own), ...(chance(0.5) ? [container('other')] : [])];
  const restartPolicy = ['Always', 'OnFailure', 'Never'][Math.floor(random() * 3)] ?? 'Always';
  return samplePod({
    spec: {
      restartPolicy,
      initContainers,
      containers,
      terminationGracePeriodSeconds: 10,
      ...(chance(0.2) && { activeDeadlineSeconds: 600 }),
      ...(chance(0.2) && { ephemeralContainers: [{ name: 'debug', image: 'app:1' }] }),
    },
  });
}
