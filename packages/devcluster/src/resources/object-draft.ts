/** An object that is to be created: the server adds the rest of its metadata, its defaults and its status. */
export interface ObjectDraft {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [field: string]: unknown;
}
