/**
 * Records what the real Helm makes of the chart, for the test that holds the renderer of the tests to it.
 * Usage: node tests/chart/record-rendering.ts, with helm on the PATH.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { chartFolder, documents } from './render-chart.ts';
import { release, renderingCases } from './rendering-cases.ts';

const version = execFileSync('helm', ['version', '--template={{ .Version }}'], { encoding: 'utf8' });
execFileSync('helm', ['lint', '--strict', '--set=image.repository=x', chartFolder], { stdio: 'inherit' });
const cases = Object.entries(renderingCases).map(([name, values]) => {
  const words = [
    'template',
    release.name,
    chartFolder,
    `--namespace=${release.namespace}`,
    '--kube-version=v1.36.0',
    '--values=-',
  ];
  const text = execFileSync('helm', words, { input: JSON.stringify(values), encoding: 'utf8' });
  return [name, documents(name, text)];
});
const recording = { source: `helm ${version}`, cases: Object.fromEntries(cases) as object };
writeFileSync(
  new URL('__fixtures__/rendered-by-helm.json', import.meta.url),
  `${JSON.stringify(recording, null, 1)}\n`,
);
