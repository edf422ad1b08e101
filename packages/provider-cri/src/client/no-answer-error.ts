/** The runtime was waited for as long as it was to be. What has become of the call is for the next look to find out. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  readonly code = 'NoAnswer';

  constructor(milliseconds: number) {
    super(`the runtime gave no answer within ${milliseconds / 1000} s`);
  }
}
