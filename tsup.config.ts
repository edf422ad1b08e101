import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

/** One build for every package: the entries are the package's own `exports` and `bin`, so there is no second list to keep. */
interface Manifest {
  exports?: Record<string, { default?: string } | string>;
  bin?: Record<string, string>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const outputs = [
  ...Object.values(manifest.exports ?? {}).map((door) => (typeof door === 'string' ? door : door.default)),
  ...Object.values(manifest.bin ?? {}),
].filter((path): path is string => path?.endsWith('.js') ?? false);

export default defineConfig({
  entry: Object.fromEntries(
    outputs.map((path) => [
      path.replace(/^\.?\/?dist\//, '').replace(/\.js$/, ''),
      path.replace(/^\.?\/?dist\//, 'src/').replace(/\.js$/, '.ts'),
    ]),
  ),
  format: 'esm',
  target: 'node22',
  platform: 'node',
  sourcemap: true,
  clean: ['dist/**/*.js', 'dist/**/*.map'],
  dts: false,
  removeNodeProtocol: false,
});
