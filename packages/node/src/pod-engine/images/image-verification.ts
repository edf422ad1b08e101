import { nameWithoutTag } from '../../resources/image-name.ts';

/** The kubelet's `imagePullCredentialsVerificationPolicy`. */
export const imageVerificationPolicies = [
  'NeverVerify',
  'NeverVerifyPreloadedImages',
  'NeverVerifyAllowlistedImages',
  'AlwaysVerify',
] as const;

export type ImageVerificationPolicy = (typeof imageVerificationPolicies)[number];

/** Of which images that are there a pod has to show that it could have pulled them. */
export interface ImageVerification {
  readonly policy: ImageVerificationPolicy;
  /**
   * For `NeverVerifyAllowlistedImages`: names without tag and digest, or all that begin with what stands before `*` in `name/*`.
   * The kubelet's `preloadedImagesVerificationAllowlist`.
   */
  readonly allowlist?: readonly string[];
}

/**
 * Whether a pod has to show that it could have pulled the image.
 *
 * Source: KEP-2535, and pkg/kubelet/images/pullmanager/image_pull_policies.go of Kubernetes 1.36.
 */
export function isVerified(
  image: string,
  pulledForPod: boolean,
  { policy, allowlist = [] }: ImageVerification,
): boolean {
  switch (policy) {
    case 'NeverVerify':
      return false;
    case 'NeverVerifyPreloadedImages':
      return pulledForPod;
    case 'NeverVerifyAllowlistedImages':
      return !allowlist.some((pattern) => matches(pattern, nameWithoutTag(image)));
    case 'AlwaysVerify':
      return true;
  }
}

/** What is wrong with a pattern of the list of images; undefined when it is one. */
export function allowlistPatternProblem(pattern: string): string | undefined {
  if (pattern !== pattern.trim()) return 'must not begin or end with a space';
  const name = pattern.endsWith('/*') ? pattern.slice(0, -2) : pattern;
  if (name === '') return 'must name an image, or a registry before /*';
  if (name.includes('*')) return 'may have * only at the end, after /';
  if (name === pattern && nameWithoutTag(name) !== name) return 'must have neither tag nor digest';
  return undefined;
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('/*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
