/** The promises that virtual nodes make, and that a provider has a part in. The numbers are those of the architecture page. */
export const promises = {
  1: 'one pod, one run',
  2: 'nothing is deleted by mistake',
  3: 'the API tells the truth',
  4: 'no silent success',
  6: 'keeps going',
} as const;

export type PromiseNumber = keyof typeof promises;
