/** An image that the runtime has. */
export interface ImageStatus {
  /** What identifies its content: shown as `imageID` in the container's status. */
  readonly imageRef: string;
  readonly sizeBytes?: number;
}
