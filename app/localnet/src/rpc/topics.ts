/** Listeners by key, of which each value reaches only those of its own key. */
export class Topics<Value> {
  private readonly listeners = new Map<string, Set<(value: Value) => void>>();

  /** Adds a listener and returns what removes it. */
  add(key: string, listener: (value: Value) => void): () => void {
    const ofKey = this.listeners.get(key) ?? new Set();
    ofKey.add(listener);
    this.listeners.set(key, ofKey);
    return () => {
      ofKey.delete(listener);
      if (ofKey.size === 0 && this.listeners.get(key) === ofKey) this.listeners.delete(key);
    };
  }

  /** Calls a key's listeners, which may remove themselves meanwhile. */
  tell(key: string, value: Value): void {
    const ofKey = this.listeners.get(key);
    if (!ofKey) return;
    for (const listener of [...ofKey]) listener(value);
  }

  /** Whether nobody listens. */
  get isEmpty(): boolean {
    return this.listeners.size === 0;
  }
}
