  throw new Error('not there yet');
};
  return {
    getSecret: no,
    getConfigMap: no,
    getImageCredentials: no,
    getRuntimeClass: no,
    getPersistentVolumeClaim: no,
    getPersistentVolume: no,
    getServiceAccountToken: no,
  };
}
export function prepareVolumes(_o: object): { volumes: []; problems: [] } {
  return { volumes: [], problems: [] };
}
