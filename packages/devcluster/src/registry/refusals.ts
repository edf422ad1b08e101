import { AdmissionForbiddenError } from '../resources/admission-forbidden-error.ts';
import { UndecodableObjectError } from '../resources/undecodable-object-error.ts';
import { badRequest, forbidden } from '../status/errors.ts';
import type { KubeObject, ResourceDefinition } from './definition.ts';

/** Runs a step of a strategy and turns what it throws into the answer that the API server gives. Throws ApiError. */
export function withRefusals(definition: ResourceDefinition, object: KubeObject, step: () => void): void {
  try {
    step();
  } catch (error) {
    if (error instanceof AdmissionForbiddenError) throw forbidden(definition, object.metadata.name, error.message);
    if (!(error instanceof UndecodableObjectError)) throw error;
    const { kind, version } = definition;
    throw badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${error.message}`);
  }
}
