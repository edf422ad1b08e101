/** Checks the repository against `layout/layout.json`: which files a package has, what they are called, who imports whom. */
import { readFileSync } from 'node:fs';
import { checkLayout } from './layout/check-layout.ts';
import type { LayoutRules } from './layout/rules.ts';
import { repositoryRoot } from './repository/root.ts';
import { readTree } from './repository/tree.ts';

const rules = JSON.parse(readFileSync(new URL('layout/layout.json', import.meta.url), 'utf8')) as LayoutRules;
const problems = checkLayout(readTree(repositoryRoot), rules);
for (const { path, message, level } of problems)
  console.log(`${level === 'error' ? 'error  ' : 'warning'} ${path}: ${message}`);
const errors = problems.filter(({ level }) => level === 'error').length;
console.log(`${errors} errors, ${problems.length - errors} warnings`);
process.exitCode = errors === 0 ? 0 : 1;
