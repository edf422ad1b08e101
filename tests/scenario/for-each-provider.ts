import { afterEach, beforeEach, describe } from 'vitest';
import { ScenarioWorld } from './scenario-world.ts';

/** Runs the scenarios once with a provider that notifies and once with one that is polled, each in a world of its own. */
export function forEachProvider(title: string, scenarios: (world: () => ScenarioWorld) => void): void {
  describe.each([
    { provider: 'a provider that notifies', notifies: true },
    { provider: 'a provider that is polled', notifies: false },
  ])(`${title}, with $provider`, ({ notifies }) => {
    let current: ScenarioWorld | undefined;
    beforeEach(async () => {
      current = await ScenarioWorld.start({ notifies });
    });
    afterEach(async () => {
      await current?.close();
      current = undefined;
    });
    scenarios(() => {
      if (current === undefined) throw new Error('a scenario has a world only while it runs');
      return current;
    });
  });
}
