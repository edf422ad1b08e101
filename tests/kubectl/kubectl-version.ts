import { execFileSync } from 'node:child_process';

/** For the summary: `kubectl v1.32.4`. */
export function kubectlVersion(program: string): string {
  const text = execFileSync(program, ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
  const { clientVersion } = JSON.parse(text) as { clientVersion: { gitVersion: string } };
  return `kubectl ${clientVersion.gitVersion}`;
}
