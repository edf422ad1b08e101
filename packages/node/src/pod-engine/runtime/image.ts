import type { ImageCredentials } from '../../provider/provider-context.ts';

/** An image that the runtime has. */
export interface ImageStatus {
  /** What identifies its content: shown as `imageID` in the container's status. The same by name, and after a pull. */
  readonly imageRef: string;
  readonly sizeBytes?: number;
}

/** An image that was just pulled. */
export interface PulledImage extends ImageStatus {
  /**
   * Which of the credentials that it was given the registry took; `none` when it took none of them, so that every pod of the node
   * could have pulled it. Absent: the runtime does not tell, and other pods pull it anew unless there were no credentials at all.
   */
  readonly pulledWith?: ImageCredentials | 'none';
}
