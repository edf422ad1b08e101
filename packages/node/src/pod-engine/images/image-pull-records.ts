/** A Secret with which an image was pulled. */
export interface ImagePullSecret {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** SHA-256 of the credentials in it, as hexadecimal digits. */
  readonly credentialHash: string;
}

/** Who may use an image under a name: every pod of the node, or those that have one of these Secrets. */
export interface ImagePullCredentials {
  readonly nodePodsAccessible?: boolean;
  readonly kubernetesSecrets?: readonly ImagePullSecret[];
}

/** What is known of an image that was pulled for a pod. Names as in the kubelet's `ImagePulledRecord` (kubelet.config.k8s.io). */
export interface ImagePulledRecord {
  /** What identifies its content. */
  readonly imageRef: string;
  /** RFC 3339. */
  readonly lastUpdatedTime: string;
  /** By name as pods have it, without tag and digest. An image that is known under no name is used by nobody who has not pulled it. */
  readonly credentialMapping: Readonly<Record<string, ImagePullCredentials>>;
}

/**
 * Where it is kept what was pulled, and how: without any knowledge of what it means. It should outlive the process as the images
 * do, or they look as if they had been there from the start.
 */
export interface ImagePullRecords {
  /** The images, as pods name them, whose pull has begun and has not ended, in a process before as well. */
  pulling(): Promise<readonly string[]>;
  /** From when this resolves the image is among them, whatever becomes of the process. */
  beginPull(image: string): Promise<void>;
  endPull(image: string): Promise<void>;
  /** Undefined when there is none. Rejects when there is one that cannot be read. */
  pulled(imageRef: string): Promise<ImagePulledRecord | undefined>;
  /** Those that can be read. */
  allPulled(): Promise<readonly ImagePulledRecord[]>;
  /** Replaces the one of the same `imageRef` as a whole, or leaves it as it was. */
  putPulled(record: ImagePulledRecord): Promise<void>;
  removePulled(imageRef: string): Promise<void>;
}
