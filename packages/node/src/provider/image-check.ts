/**
 * What came of the question whether a pod may use an image that is on the node, in the kubelet's words (KEP-2535):
 * `credentialPolicyAllowed`, nothing has to be shown for this image; `credentialRecordFound`, what the pod has pulled it before;
 * `mustAuthenticate`, the pod has to pull it itself; `error`, it could not be told, which is taken for that.
 */
export type ImageCheckResult = 'credentialPolicyAllowed' | 'credentialRecordFound' | 'mustAuthenticate' | 'error';
