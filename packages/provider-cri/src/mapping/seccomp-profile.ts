import { join, normalize } from 'node:path';
import { InvalidInput } from '@vk/node/provider';
import type { Container, EphemeralContainer, Pod } from '@vk/node/provider';
import { SecurityProfile, SecurityProfile_ProfileType as ProfileType } from '../generated/api.ts';
import { isBelowSeccompRoot } from './seccomp-path.ts';

type AnyContainer = Container | EphemeralContainer;

/**
 * The seccomp profile of a container: its own, else the pod's, else none, as Kubernetes defines it.
 *
 * @throws InvalidInput for a profile outside `root`.
 */
export function seccompProfile(
  pod: Pod,
  container: AnyContainer,
  options: { readonly root: string; readonly field: string; readonly byDefault: 'RuntimeDefault' | 'Unconfined' },
): SecurityProfile {
  const own = container.securityContext?.seccompProfile;
  const profile = own ?? pod.spec?.securityContext?.seccompProfile;
  if (profile?.type !== 'Localhost') {
    const type = profile?.type ?? options.byDefault;
    return profileOf(type === 'RuntimeDefault' ? ProfileType.RuntimeDefault : ProfileType.Unconfined);
  }
  const place = own === undefined ? 'spec.securityContext' : `${options.field}.securityContext`;
  const name = normalize(profile.localhostProfile ?? '');
  if (!isBelowSeccompRoot(name)) {
    throw new InvalidInput(
      `${place}.seccompProfile.localhostProfile`,
      'must be a path within the seccomp profile root',
    );
  }
  return profileOf(ProfileType.Localhost, join(options.root, name));
}

function profileOf(profileType: ProfileType, localhostRef: string = ''): SecurityProfile {
  return SecurityProfile.fromPartial({ profileType, localhostRef });
}
