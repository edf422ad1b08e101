/** No volumes yet: the next change brings them. */
export function prepareVolumes(_options: object): { readonly volumes: []; readonly problems: [] } {
  return { volumes: [], problems: [] };
}
