import { testCutsEverywhere } from './cut-everywhere.ts';

testCutsEverywhere({ notifying: true });
