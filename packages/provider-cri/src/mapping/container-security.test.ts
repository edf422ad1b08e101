import { InvalidInput } from '@vk/node/provider';
import type { Container, PodSpec } from '@vk/node/provider';
import { describe, expect, it } from 'vitest';
import { NamespaceMode, SecurityProfile_ProfileType as ProfileType } from '../generated/api.ts';
import { containerSecurity, type ImageUser } from './container-security.ts';
import { namespaceOptions } from './namespaces.ts';

const root: ImageUser = { uid: 0n, username: '' };
const settings = { seccompRoot: '/profiles', seccompDefault: false, processors: [0], seLinux: false };

function securityOf(own: Container['securityContext'], shared?: PodSpec['securityContext'], user: ImageUser = root) {
  const container = { name: 'app', ...(own !== undefined && { securityContext: own }) };
  const spec = { containers: [container], ...(shared !== undefined && { securityContext: shared }) };
  return containerSecurity({ spec }, container, user, settings);
}

describe('as whom a container runs', () => {
  it('its own user and group win over those of the pod', () => {
    expect(securityOf({ runAsUser: 5 }, { runAsUser: 6, runAsGroup: 7 })).toMatchObject({
      runAsUser: { value: 5n },
      runAsGroup: { value: 7n },
    });
  });

  it("without one it is the image's, by number or by name", () => {
    expect(securityOf(undefined, undefined, { uid: 1234n, username: '' }).runAsUser).toEqual({ value: 1234n });
    const named = securityOf(undefined, undefined, { username: 'app' });
    expect([named.runAsUser, named.runAsUsername]).toEqual([undefined, 'app']);
  });

  it('fsGroup and supplemental groups are among its groups', () => {
    expect(securityOf(undefined, { fsGroup: 1, supplementalGroups: [2, 3] }).supplementalGroups).toEqual([1n, 2n, 3n]);
  });
});

describe('a container that must not run as root', () => {
  const field = 'spec.containers[0].securityContext.runAsNonRoot';

  it.each([
    ['its image does', undefined, root, 'image will run as root'],
    ['it says so itself', 0, root, "container's runAsUser breaks non-root policy"],
    ['its image has a user whose number is not known', undefined, { username: 'app' }, 'non-numeric user (app)'],
  ])('is refused when %s', (_, runAsUser, user, message) => {
    const context = { runAsNonRoot: true, ...(runAsUser !== undefined && { runAsUser }) };
    const made = (): unknown => securityOf(context, undefined, user);
    expect(made).toThrow(InvalidInput);
    expect(made).toThrow(message);
    expect(made).toThrow(field);
  });

  it('runs as any other user', () => {
    expect(securityOf({ runAsNonRoot: true, runAsUser: 1 }).runAsUser).toEqual({ value: 1n });
    expect(securityOf({ runAsNonRoot: true }, undefined, { uid: 9n, username: '' }).runAsUser).toEqual({ value: 9n });
  });

  it('may as well, where its own context allows what that of the pod does not', () => {
    expect(securityOf({ runAsNonRoot: false }, { runAsNonRoot: true }).runAsUser).toEqual({ value: 0n });
  });
});

describe('what a container may do', () => {
  it('is what its security context says', () => {
    expect(
      securityOf({
        privileged: true,
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] },
        seLinuxOptions: { level: 's0' },
      }),
    ).toMatchObject({
      privileged: true,
      readonlyRootfs: true,
      noNewPrivs: true,
      capabilities: { addCapabilities: ['NET_ADMIN'], dropCapabilities: ['ALL'] },
      selinuxOptions: { level: 's0' },
    });
  });

  it('parts of /proc and /sys are hidden, unless it is to see all of /proc', () => {
    expect(securityOf(undefined).maskedPaths).toContain('/proc/kcore');
    expect(securityOf(undefined).maskedPaths).toContain('/sys/devices/system/cpu/cpu0/thermal_throttle');
    expect(securityOf({ procMount: 'Unmasked' })).toMatchObject({ maskedPaths: [], readonlyPaths: [] });
  });

  it("seccomp is the container's, else the pod's, else none", () => {
    expect(securityOf(undefined).seccomp).toMatchObject({ profileType: ProfileType.Unconfined });
    expect(securityOf(undefined, { seccompProfile: { type: 'RuntimeDefault' } }).seccomp).toMatchObject({
      profileType: ProfileType.RuntimeDefault,
    });
    const own = { seccompProfile: { type: 'Localhost', localhostProfile: 'a/b.json' } };
    expect(securityOf(own, { seccompProfile: { type: 'RuntimeDefault' } }).seccomp).toEqual({
      profileType: ProfileType.Localhost,
      localhostRef: '/profiles/a/b.json',
    });
  });

  it.each(['../b.json', '/etc/x', 'a/../../b', ''])(
    'CVE-2023-2431: a seccomp profile at %j is refused',
    (localhostProfile) => {
      expect(() => securityOf({ seccompProfile: { type: 'Localhost', localhostProfile } })).toThrow(InvalidInput);
    },
  );

  it('AppArmor profiles are given in the new form and the old', () => {
    expect(securityOf({ appArmorProfile: { type: 'Localhost', localhostProfile: 'p' } })).toMatchObject({
      apparmor: { profileType: ProfileType.Localhost, localhostRef: 'p' },
      apparmorProfile: 'localhost/p',
    });
  });
});

describe('the namespaces of a pod', () => {
  it('are its own, and each container has processes of its own', () => {
    expect(namespaceOptions({ spec: { containers: [] } })).toMatchObject({
      network: NamespaceMode.POD,
      ipc: NamespaceMode.POD,
      pid: NamespaceMode.CONTAINER,
    });
  });

  it("are the host's where it says so", () => {
    const spec = { containers: [], hostNetwork: true, hostIPC: true, hostPID: true };
    expect(namespaceOptions({ spec })).toMatchObject({
      network: NamespaceMode.NODE,
      ipc: NamespaceMode.NODE,
      pid: NamespaceMode.NODE,
    });
  });

  it('an ephemeral container sees the processes of its target', () => {
    expect(namespaceOptions({ spec: { containers: [] } }, 'abc')).toMatchObject({
      pid: NamespaceMode.TARGET,
      targetId: 'abc',
    });
    expect(namespaceOptions({ spec: { containers: [], shareProcessNamespace: true } }, 'abc').pid).toBe(
      NamespaceMode.POD,
    );
  });
});
