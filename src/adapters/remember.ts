/** Answers that were asked for once. A failure is not remembered: the next one asks again. */
export interface Remembered<K, T> {
  ask(key: K): Promise<T>;
  forget(): void;
}

/** Reads each key once, also when it is asked for several times at once. Keys are compared as a Map compares them. */
export function remembering<K, T>(read: (key: K) => Promise<T>): Remembered<K, T> {
  const known = new Map<K, Promise<T>>();
  return {
    ask(key) {
      const remembered = known.get(key);
      if (remembered) return remembered;
      const asked = read(key);
      known.set(key, asked);
      asked.catch(() => {
        if (known.get(key) === asked) known.delete(key);
      });
      return asked;
    },
    forget: () => known.clear(),
  };
}
