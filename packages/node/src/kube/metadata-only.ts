/**
 * Asks for an object's metadata alone, where nobody reads more of the answer: the rest is neither written by the API server nor
 * read here. A server that does not know the form gives the whole object.
 */
export const metadataOnly = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';
