import { useSyncExternalStore } from 'react';

/** A value that React can watch, kept by a plain class. */
export class Store<T> {
  private readonly listeners = new Set<() => void>();
  private value: T;

  constructor(value: T) {
    this.value = value;
  }

  readonly get = (): T => this.value;

  set(value: T): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const listener of this.listeners) listener();
  }

  patch(part: Partial<T>): void {
    const changed = Object.entries(part).some(([name, value]) => !Object.is(this.value[name as keyof T], value));
    if (changed) this.set({ ...this.value, ...part });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** Watches one plain value of a store, so that changes of others cost nothing. */
export function useSlice<T, V extends string | number | boolean | undefined>(
  store: Store<T>,
  slice: (value: T) => V,
): V {
  return useSyncExternalStore(store.subscribe, () => slice(store.get()));
}
