import type { ImageCheckResult } from '../../provider/image-check.ts';

/** Whether a pod may use an image that is there without pulling it. */
export function allowsUse(result: ImageCheckResult): boolean {
  return result === 'credentialPolicyAllowed' || result === 'credentialRecordFound';
}
