import type { Store } from '../../src/storage/store';

/** A store that returns a forged signature for attempt 0. */
export function lying(store: Store, message: Uint8Array, signature: Uint8Array) {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const shown = { attempt: 0, message: base64(message), signature: base64(signature) };
  return new Proxy(store, {
    get(target, name) {
      if (name !== 'query') return Reflect.get(target, name).bind(target);
      return async function* (partition: string, range: { from?: string }) {
        for await (const item of target.query(partition, range))
          yield range.from?.startsWith('signed:')
            ? { ...item, body: Buffer.from(JSON.stringify(shown)) }
            : item;
      };
    },
  });
}
