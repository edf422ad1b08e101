import { describe, expect, it } from 'vitest';
import type { RuntimeFeatures } from '../runtime/runtime-features.ts';
import { refusalsOf, refusedFields, type RefusalContext } from './field-table.ts';

const features: RuntimeFeatures = {
  name: 'containerd',
  version: '1.6.20',
  handlers: new Map(),
  supplementalGroupsPolicy: false,
  imageVolumes: false,
  stopSignals: false,
  holdsAnswers: false,
};

const context: RefusalContext = {
  features,
  allowedUnsafeSysctls: [],
  ephemeralStorageLimits: 'refuse',
  appArmor: false,
  ownsPodCgroups: false,
  extendedResources: [],
  defaultRuntimeHandler: '',
};

it.each(refusedFields)('$field is refused when $when', ({ field, example }) => {
  const refused = refusalsOf({ spec: example }, context);
  const documented = field.replaceAll('[]', '').replace('<extended resource>', 'example.com/none');
  expect(refused.map((error) => error.field.replaceAll(/\[\d+\]/gu, '').replace(/\.name$/u, ''))).toEqual([
    documented.replace(/\.name$/u, ''),
  ]);
});

it('an ordinary pod is not refused', () => {
  const spec = {
    containers: [
      {
        name: 'app',
        resources: { limits: { cpu: '1', memory: '1Gi', 'hugepages-2Mi': '4Mi' } },
        securityContext: { appArmorProfile: { type: 'Unconfined' }, privileged: true },
      },
    ],
    securityContext: { sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }], fsGroup: 1 },
    hostUsers: true,
  };
  expect(refusalsOf({ spec }, context)).toEqual([]);
});

it('what is for Windows is left alone on a Linux host, as a kubelet leaves it: a pod may be written for both', () => {
  const windowsOptions = { runAsUserName: 'ContainerUser' };
  const spec = {
    containers: [{ name: 'app', securityContext: { windowsOptions } }],
    securityContext: { windowsOptions },
  };
  expect(refusalsOf({ spec }, context)).toEqual([]);
});

it('what depends on the runtime is not decided by the table before it has answered: it is before the sandbox', () => {
  const spec = {
    containers: [{ name: 'app', lifecycle: { stopSignal: 'SIGUSR1' } }],
    securityContext: { supplementalGroupsPolicy: 'Strict' },
    resources: { limits: { memory: '1Gi' } },
    volumes: [{ name: 'data', image: { reference: 'registry.example/data:1' } }],
  };
  const unknown = { ...context, features: undefined, ownsPodCgroups: undefined };
  expect(refusalsOf({ spec }, unknown)).toEqual([]);
  expect(refusalsOf({ spec }, context)).toHaveLength(4);
});

describe('recursive read-only mounts', () => {
  const handlers = new Map([
    ['', { recursiveReadOnlyMounts: true }],
    ['sandboxed', { recursiveReadOnlyMounts: false }],
  ]);
  const withHandlers = { ...context, features: { ...features, handlers } };
  const volumeMounts = [{ name: 'x', mountPath: '/x', readOnly: true, recursiveReadOnly: 'Enabled' }];
  const spec = { containers: [{ name: 'app', volumeMounts }] };

  it('are not refused where the handler of the pod knows them', () => {
    expect(refusalsOf({ spec }, withHandlers)).toEqual([]);
    expect(refusalsOf({ spec }, { ...withHandlers, defaultRuntimeHandler: 'sandboxed' })).toHaveLength(1);
  });

  it('of a pod with a RuntimeClass are decided when its handler is known', () => {
    const classed = { ...spec, runtimeClassName: 'sandboxed' };
    expect(refusalsOf({ spec: classed }, withHandlers)).toEqual([]);
    expect(refusalsOf({ spec: classed }, { ...withHandlers, runtimeHandler: 'sandboxed' })).toHaveLength(1);
    expect(refusalsOf({ spec: classed }, { ...withHandlers, runtimeHandler: '' })).toEqual([]);
  });

  it('that are wanted only if possible are not refused', () => {
    const ifPossible = volumeMounts.map((mount) => ({ ...mount, recursiveReadOnly: 'IfPossible' }));
    expect(refusalsOf({ spec: { containers: [{ name: 'app', volumeMounts: ifPossible }] } }, context)).toEqual([]);
  });
});

it.each(['/etc/x.json', '..', '../x.json', 'a/../../x.json', '', '.'])(
  'a seccomp profile at %j is refused, for a container and for the pod',
  (localhostProfile) => {
    const securityContext = { seccompProfile: { type: 'Localhost', localhostProfile } };
    const spec = { containers: [{ name: 'app', securityContext }], securityContext };
    expect(refusalsOf({ spec }, context).map(({ field }) => field)).toEqual([
      'spec.securityContext.seccompProfile.localhostProfile',
      'spec.containers[0].securityContext.seccompProfile.localhostProfile',
    ]);
  },
);

it('a sysctl of a namespace that the pod shares with the host is refused although it is safe', () => {
  const spec = {
    containers: [],
    hostNetwork: true,
    securityContext: { sysctls: [{ name: 'net/ipv4/tcp_syncookies', value: '1' }] },
  };
  expect(refusalsOf({ spec }, context)).toEqual([
    {
      field: 'spec.securityContext.sysctls[0].name',
      message: `sysctl "net/ipv4/tcp_syncookies" would be the host's: the pod shares its network`,
    },
  ]);
});

it('sysctls that the configuration allows are not refused', () => {
  const spec = { containers: [], securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '65536' }] } };
  expect(refusalsOf({ spec }, { ...context, allowedUnsafeSysctls: ['kernel.msg*'] })).toEqual([]);
});

it('limits of a pod as a whole are not refused where this process has the cgroups of pods', () => {
  const spec = { containers: [], resources: { limits: { memory: '1Gi' } } };
  expect(refusalsOf({ spec }, { ...context, ownsPodCgroups: true })).toEqual([]);
});
