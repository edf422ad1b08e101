/** The form of an answer: the objects themselves, only their metadata, or the rows of a table. */
export type Presentation = { as: 'object' } | { as: 'metadata' | 'table'; version: 'v1' | 'v1beta1' };
