/** Hears a topic's values. What it throws is handed to {@link Listener.failed} and reaches nobody else. */
export interface Listener<Value> {
  hear(value: Value): void;
  failed(error: unknown): void;
}

/** Listeners by key. A value is sent only to the listeners of its key. */
export class Topics<Value> {
  private readonly listeners = new Map<string, Set<Listener<Value>>>();

  /** Adds a listener and returns a function that removes it. */
  add(key: string, listener: Listener<Value>): () => void {
    const ofKey = this.listeners.get(key) ?? new Set();
    ofKey.add(listener);
    this.listeners.set(key, ofKey);
    return () => {
      ofKey.delete(listener);
      if (ofKey.size === 0 && this.listeners.get(key) === ofKey) this.listeners.delete(key);
    };
  }

  /** Calls a key's listeners, which may remove themselves while being called. Never throws what they throw. */
  tell(key: string, value: Value): void {
    const ofKey = this.listeners.get(key);
    if (!ofKey) return;
    for (const listener of [...ofKey]) {
      try {
        listener.hear(value);
      } catch (error) {
        listener.failed(error);
      }
    }
  }

  /** Whether there are no listeners. */
  get isEmpty(): boolean {
    return this.listeners.size === 0;
  }
}
