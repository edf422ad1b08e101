import type { Container } from '../../provider/wire.ts';
import { restartDecision } from './restart-decision.ts';
import type { Turn } from './turn.ts';

/** How a container ends that the runtime has lost: the kubelet's code for it. */
const lostExitCode = 137;

/**
 * A container that was shown to run or to have ended, of which the runtime has no trace, and that is not to run again: it was to run
 * once, and once it has run. Ephemeral ones always are; regular ones by their restart policy, unless all containers may start anew:
 * then they are removed on purpose.
 */
export function isLostForGood(turn: Turn, { name }: Container): boolean {
  const shown = turn.state.shown[name]?.state;
  const ran = shown?.running !== undefined || shown?.terminated !== undefined;
  if (!ran || turn.latest(name) !== undefined) return false;
  const { containers, ephemeralContainers = [] } = turn.spec;
  if (ephemeralContainers.some((ephemeral) => ephemeral.name === name)) return true;
  const container = containers.find((regular) => regular.name === name);
  if (container === undefined || startsAllAnew(turn)) return false;
  return restartDecision(container, turn.spec, shown.terminated?.exitCode ?? lostExitCode) === 'end';
}

function startsAllAnew({ spec }: Turn): boolean {
  const rules = [...(spec.initContainers ?? []), ...spec.containers].flatMap((one) => one.restartPolicyRules ?? []);
  return rules.some(({ action }) => action === 'RestartAllContainers');
}
