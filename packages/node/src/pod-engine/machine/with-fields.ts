/** Some fields of an object. One that the object may lack can be given as undefined. */
export type FieldChange<T> = {
  readonly [Key in keyof T]?: object extends Pick<T, Key> ? T[Key] | undefined : T[Key];
};

/** An object with other values in some of its fields. A field that is given as undefined is taken out. */
export function withFields<T extends object>(before: T, change: FieldChange<T>): T {
  const after = { ...before, ...change };
  for (const [key, value] of Object.entries(change)) if (value === undefined) Reflect.deleteProperty(after, key);
  return after;
}
