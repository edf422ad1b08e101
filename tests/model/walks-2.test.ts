import { testWalks } from './walks.ts';

testWalks({ firstSeed: 2000 });
