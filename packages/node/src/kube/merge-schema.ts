/**
 * Which lists the API server merges item by item in a strategic merge patch, and by which key. A list that is not named here
 * is replaced as a whole, an object is merged field by field. The facts are the `patchStrategy` and `patchMergeKey` tags of
 * k8s.io/api/core/v1 (v0.36).
 */
export interface MergeSchema {
  readonly [field: string]: FieldSchema;
}

export interface FieldSchema {
  /** The fields below, of an object or of the items of a list. */
  readonly fields?: MergeSchema;
  /** A list is merged, and this field tells its items apart. */
  readonly mergeKey?: string;
  /** The order of the list means something, and is part of the patch where the API server would get another one. */
  readonly ordered?: boolean;
}

/** `podIPs` and `hostIPs`: their first item must be `podIP` and `hostIP`. The lists of container statuses are replaced. */
export const podMergeSchema: MergeSchema = {
  metadata: { fields: { ownerReferences: { mergeKey: 'uid' } } },
  status: {
    fields: {
      conditions: { mergeKey: 'type' },
      podIPs: { mergeKey: 'ip', ordered: true },
      hostIPs: { mergeKey: 'ip', ordered: true },
      resourceClaimStatuses: { mergeKey: 'name' },
    },
  },
};

/** `spec.taints`, `status.images` and the volumes in the status are replaced as a whole. */
export const nodeMergeSchema: MergeSchema = {
  metadata: { fields: { ownerReferences: { mergeKey: 'uid' } } },
  status: { fields: { conditions: { mergeKey: 'type' }, addresses: { mergeKey: 'type' } } },
};
