import { routeGroup } from '../../packages/node/src/kubelet-api/routing/route-group.ts';
import { routeTable } from '../../packages/node/src/kubelet-api/routing/route-table.ts';
import type { Route } from '../../packages/node/src/kubelet-api/routing/route.ts';
import { markdownTable } from './markdown-table.ts';
import type { GeneratedPage } from './page.ts';

const code = (text: string): string => `\`${text}\``;

const needText = ({ needs }: Route): string =>
  needs.map((need) => (typeof need === 'string' ? code(need) : need.map(code).join(' or '))).join(', ');

const methodText = ({ methods, upgrade }: Route): string =>
  `${methods.join(', ')}${upgrade ? ', upgraded to SPDY/3.1 or WebSocket' : ''}`;

const verbText = ({ verb, methods }: Route): string =>
  verb ?? [...new Set(methods.map((method) => (method === 'GET' ? 'get' : 'create')))].join(', ');

const rows = (): string[][] =>
  Object.values(routeTable).map((route) => [
    code(route.path),
    methodText(route),
    verbText(route),
    route.subresources.map((name) => code(`nodes/${name}`)).join(', then '),
    needText(route),
    route.answers,
  ]);

const render = (): string =>
  [
    '# The kubelet API',
    '',
    'What a node answers on its port. Each request is decided on first: who asks, by a client certificate or a bearer token, and whether',
    'they may, by a SubjectAccessReview with the verb and the subresource of the table; of several subresources one that is allowed is',
    'enough. Nothing is said to anybody before that, not even that a path is not there.',
    '',
    markdownTable(['path', 'methods', 'verb', 'subresource', 'needs of the provider', 'answers'], rows()),
    '',
    'Another method is 405 with `Allow`, another path 404, a method that the provider lacks 501. A path with an encoded slash, a dot',
    'segment or an empty segment is refused with 400. A port that serves many nodes has the routes that name a pod; the others are 404',
    'there, and a pod that is on none of the nodes is asked about on all of them, by a SubjectAccessReview without a name.',
    '',
    '## Errors of the provider',
    '',
    markdownTable(
      ['the provider throws', 'the client gets'],
      [
        ['`NotFound`', '404'],
        ['`InvalidInput`', '400'],
        ['`Unsupported`', '501'],
        ['`RetryAfter`', '503 with `Retry-After`'],
        ['nothing within the time limit', '504'],
        [
          'anything else',
          '500; 400 for logs, as the kubelet answers, since the API server shows users the words of a 400',
        ],
      ],
    ),
    '',
    'A stream that has begun ends with the same as a `Status` on its error channel. `/metrics/resource` is 200 with `scrape_error 1`.',
    '',
    '## Logs',
    '',
    markdownTable(
      ['parameter', 'meaning'],
      [
        ['`follow`', 'go on with lines as they are written; the answer begins at once'],
        ['`previous`', "the container's previous run; 400 when there was none"],
        [
          '`timestamps`',
          'the time before each line, with nine digits; a line whose time the backend does not know has none',
        ],
        [
          '`tailLines`',
          'lines from the end, 0 is none; at most 32 MiB of them are held, and the oldest of more are left out',
        ],
        ['`sinceSeconds`, `sinceTime`', 'only what is not older; lines of unknown time are kept'],
        ['`limitBytes`', 'ends the answer after that many bytes, in the middle of a line if need be'],
        ['`stream`', '`Stdout`, `Stderr` or `All`; not together with `tailLines`'],
      ],
    ),
    '',
    'What cannot be read is 400, what may not be asked 422. A log that breaks off is not ended: the connection is.',
    '',
    '## Streams',
    '',
    'Exec and attach speak `v5`, `v4`, `v3`, `v2` and `channel.k8s.io` over SPDY/3.1, and `v5`, `v4`, `v4.base64`, `base64` and plain',
    '`channel.k8s.io` over WebSocket; port-forward speaks `portforward.k8s.io` over SPDY/3.1, `SPDY/3.1+portforward.k8s.io` in a WebSocket,',
    'and the older form with `?port=`. A stream that is silent for 4 hours is closed; its parts have to be opened within 30 s.',
    '',
    'When the process stops, new requests are 503 with `Retry-After`. Open streams are told: a command ends with a `Status` of 503, a',
    'session of port-forward is closed, a followed log breaks off. A command that the backend serves by itself (`getExec`) ends with a `Status`',
    'of 500 over WebSocket, and breaks off over SPDY. What is still open when the time for it is over is cut off.',
    '',
    '## In metrics',
    '',
    `The label \`route\` is the path up to its parameters: ${[...new Set(Object.values(routeTable).map(({ path }) => code(routeGroup(path))))].join(', ')}.`,
  ].join('\n');

export const kubeletApiPage: GeneratedPage = {
  path: 'docs/kubelet-api.md',
  from: 'the routes of the kubelet API',
  render,
};
