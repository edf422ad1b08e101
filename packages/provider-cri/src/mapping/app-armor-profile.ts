import type { Container, EphemeralContainer, Pod } from '@vk/node/provider';
import { SecurityProfile, SecurityProfile_ProfileType as ProfileType } from '../generated/api.ts';

export interface AppArmorProfile {
  readonly profile: SecurityProfile;
  /** The same in the form that runtimes knew before. */
  readonly name: string;
}

/** The AppArmor profile of a container, its own or else the pod's; absent when they say nothing. */
export function appArmorProfile(pod: Pod, container: Container | EphemeralContainer): AppArmorProfile | undefined {
  const profile = container.securityContext?.appArmorProfile ?? pod.spec?.securityContext?.appArmorProfile;
  if (profile === undefined) return undefined;
  if (profile.type === 'RuntimeDefault') return of(ProfileType.RuntimeDefault, 'runtime/default');
  if (profile.type === 'Unconfined') return of(ProfileType.Unconfined, 'unconfined');
  const localhostRef = profile.localhostProfile ?? '';
  return of(ProfileType.Localhost, `localhost/${localhostRef}`, localhostRef);
}

function of(profileType: ProfileType, name: string, localhostRef: string = ''): AppArmorProfile {
  return { profile: SecurityProfile.fromPartial({ profileType, localhostRef }), name };
}
