import { decisionIndex } from './decision-index.ts';
import { flagsPage } from './flags-page.ts';
import { kubeletApiPage } from './kubelet-api-page.ts';
import { metricsPage } from './metrics-page.ts';
import type { GeneratedPage } from './page.ts';
import { providerList } from './provider-list.ts';

export const generatedPages: readonly GeneratedPage[] = [
  providerList,
  decisionIndex,
  flagsPage,
  metricsPage,
  kubeletApiPage,
];
