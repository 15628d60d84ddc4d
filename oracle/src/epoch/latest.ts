import type { Oracle } from '../runtime/oracle';

/** Keeps what was last rebuilt for an oracle. Requests that come while it is rebuilt wait for the same one. */
export class Latest<T> {
  private readonly kept = new WeakMap<Oracle, { readonly key: string; readonly value: T }>();
  private readonly running = new WeakMap<Oracle, Map<string, Promise<T>>>();

  /** @param key says what it is rebuilt from */
  async of(oracle: Oracle, key: string, rebuild: () => Promise<T>): Promise<T> {
    const known = this.kept.get(oracle);
    if (known?.key === key) return known.value;
    const running = this.running.get(oracle) ?? new Map<string, Promise<T>>();
    this.running.set(oracle, running);
    const value = running.get(key) ?? rebuild().finally(() => running.delete(key));
    running.set(key, value);
    const rebuilt = await value;
    this.kept.set(oracle, { key, value: rebuilt });
    return rebuilt;
  }
}
