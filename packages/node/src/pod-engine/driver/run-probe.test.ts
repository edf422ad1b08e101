import { describe, expect, it } from 'vitest';
import type { Container } from '../../provider/wire.ts';
import { EngineWorld } from '../../testing/engine-world.ts';
import { samplePod } from '../../testing/sample-pod.ts';

/** Starts a pod whose container has such a probe, and gives the world once the probe has been made. */
async function probed(
  container: Partial<Container>,
  run: EngineWorld['runtime']['runCommand'] = () => Promise.resolve(0),
): Promise<EngineWorld> {
  const world = new EngineWorld();
  world.runtime.runCommand = run;
  await world.create(samplePod({ spec: { containers: [{ name: 'app', image: 'app:1', ...container }] } }));
  await world.advance(1);
  return world;
}

describe('a probe by a command', () => {
  it('has the values that the spec of the container gives, as they are written there', async () => {
    const commands: (readonly string[])[] = [];
    const command = ['check', '--port=$(PORT)', '$(LATER)', '$$(PORT) $(OF_A_SERVICE)', '<$(POD)>'];
    const world = await probed(
      {
        env: [
          { name: 'PORT', value: '80' },
          { name: 'PORT', value: '8080' },
          { name: 'LATER', value: '$(PORT)' },
          { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        ],
        readinessProbe: { periodSeconds: 100, exec: { command } },
      },
      (_container, given) => {
        commands.push(given);
        return Promise.resolve(0);
      },
    );
    expect(commands).toEqual([['check', '--port=8080', '$(PORT)', '$(PORT) $(OF_A_SERVICE)', '<>']]);
    await world.close();
  });

  it('fails when the runtime says that it took too long, in whichever copy of the package that is said', async () => {
    const error = Object.assign(new Error('command timed out after 1 s'), { code: 'ExecTimeout' });
    const livenessProbe = { periodSeconds: 1, failureThreshold: 1, exec: { command: ['sleep', '10'] } };
    const world = await probed({ livenessProbe }, () => Promise.reject(error));
    expect(world.events).toContain('Unhealthy Liveness probe failed: command timed out after 1 s');
    await world.close();
  });
});
