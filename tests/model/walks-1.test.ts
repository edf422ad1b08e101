import { testWalks } from './walks.ts';

testWalks({ firstSeed: 1000 });
