import type { KubeObject } from '../../registry/definition.ts';
import type { ResourceList } from '../resource-list.ts';

/** A mark on a node that keeps pods away that do not tolerate it. */
export interface Taint {
  key: string;
  value?: string;
  effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  /** When the taint was added; only NoExecute taints of the node lifecycle carry it. */
  timeAdded?: string;
}

/** What a node says of one aspect of itself. */
export interface NodeCondition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastHeartbeatTime?: string | null;
  lastTransitionTime?: string | null;
}

/** A Node of core v1. */
export interface Node extends KubeObject {
  spec: { taints?: Taint[]; unschedulable?: boolean; podCIDR?: string; podCIDRs?: string[]; providerID?: string };
  status?: {
    addresses?: { type: string; address: string }[];
    allocatable?: ResourceList;
    capacity?: ResourceList;
    conditions?: NodeCondition[];
    nodeInfo?: Record<string, string>;
    daemonEndpoints?: { kubeletEndpoint?: { Port?: number } };
    config?: unknown;
    declaredFeatures?: string[];
  };
}
