import { existsSync } from 'node:fs';
import { defineConfig } from 'vitepress';

const page = (text: string, link: string): { text: string; link: string } => ({ text, link });
const exists = (link: string): boolean => existsSync(new URL(`..${link}.md`, import.meta.url));

export default defineConfig({
  title: 'Virtual Kubelet',
  description: 'Kubernetes API on top, programmable back, in TypeScript',
  cleanUrls: true,
  lastUpdated: false,
  srcExclude: ['node_modules/**'],
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      page('Guide', '/guide/getting-started'),
      page('Architecture', '/architecture'),
      page('Decisions', '/decisions/'),
    ],
    sidebar: [
      {
        text: 'Guide',
        items: [
          page('Getting started', '/guide/getting-started'),
          page('Writing a provider', '/guide/writing-a-provider'),
          page('Providers', '/guide/providers'),
          page('Configuration', '/guide/configuration'),
          page('Flags and exit codes', '/guide/flags'),
          page('In production', '/guide/production'),
          page('Least privilege', '/guide/least-privilege'),
          page('Observability', '/guide/observability'),
          page('Metrics', '/metrics'),
          page('The kubelet API', '/kubelet-api'),
        ],
      },
      {
        text: 'How it works',
        items: [
          page('Promises', '/promises'),
          page('Architecture', '/architecture'),
          page('Beside the Go project', '/parity'),
          page('Conformance of pods on containers', '/pod-conformance'),
          page('Container runtimes', '/container-runtimes'),
          page('Decisions', '/decisions/'),
        ].filter(({ link }) => link.endsWith('/') || exists(link)),
      },
    ],
  },
});
