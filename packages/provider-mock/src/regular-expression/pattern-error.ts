/** A text is no regular expression, or is one that is not matched here. The message says why. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
  readonly code = 'Pattern';
}
