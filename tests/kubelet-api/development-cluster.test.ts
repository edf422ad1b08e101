import { describe } from 'vitest';
import { startDevCluster } from '../cluster/start-dev-cluster.ts';
import { accessSuite } from './access-suite.ts';

describe('who is kept out of a node on the development cluster', () => {
  accessSuite(startDevCluster);
});
