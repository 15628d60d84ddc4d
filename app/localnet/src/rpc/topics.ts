/** Listeners by key. A value is sent only to the listeners of its key. */
export class Topics<Value> {
  private readonly listeners = new Map<string, Set<(value: Value) => void>>();

  /** Adds a listener and returns a function that removes it. */
  add(key: string, listener: (value: Value) => void): () => void {
    const ofKey = this.listeners.get(key) ?? new Set();
    ofKey.add(listener);
    this.listeners.set(key, ofKey);
    return () => {
      ofKey.delete(listener);
      if (ofKey.size === 0 && this.listeners.get(key) === ofKey) this.listeners.delete(key);
    };
  }

  /** Calls a key's listeners, which may remove themselves while being called. */
  tell(key: string, value: Value): void {
    const ofKey = this.listeners.get(key);
    if (!ofKey) return;
    for (const listener of [...ofKey]) listener(value);
  }

  /** Whether there are no listeners. */
  get isEmpty(): boolean {
    return this.listeners.size === 0;
  }
}
