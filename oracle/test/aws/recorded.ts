import type { Signer } from '@commonwire/sdk/core';
import type { BlobStore } from '../../src/storage/blobs';
import type { Store } from '../../src/storage/store';

/** A call of AWS that a part of an oracle makes, as roles name it. */
export interface Call {
  readonly action: string;
  readonly resource: string;
  /** Of the table. */
  readonly partition?: string;
}

type Note = (call: Call) => void;

/** A store that notes what DynamoDB is asked. */
export const recordedStore = (store: Store, note: Note): Store => {
  const noted = (action: string, partition: string) =>
    note({ action: `dynamodb:${action}`, resource: 'Table', partition });
  return {
    get(partition, sort) {
      noted('GetItem', partition);
      return store.get(partition, sort);
    },
    insert(partition, sort, body) {
      noted('PutItem', partition);
      return store.insert(partition, sort, body);
    },
    replace(partition, sort, version, body) {
      noted('PutItem', partition);
      return store.replace(partition, sort, version, body);
    },
    query(partition, range) {
      noted('Query', partition);
      return store.query(partition, range);
    },
    count(partition, sort, amounts) {
      noted('UpdateItem', partition);
      return store.count(partition, sort, amounts);
    },
    counters(partition, sort) {
      noted('GetItem', partition);
      return store.counters(partition, sort);
    },
  };
};

/** Blobs that note what S3 is asked. */
export const recordedBlobs = (blobs: BlobStore, note: Note): BlobStore => {
  const noted = (action: string) => note({ action: `s3:${action}`, resource: 'Parts' });
  // Whoever stores looks whether the object is there first.
  const stored = () => {
    noted('GetObject');
    noted('PutObject');
  };
  return {
    put(bytes) {
      stored();
      return blobs.put(bytes);
    },
    putCompressed(sha256, compressed) {
      stored();
      return blobs.putCompressed(sha256, compressed);
    },
    getCompressed(sha256) {
      noted('GetObject');
      return blobs.getCompressed(sha256);
    },
    streamCompressed(sha256) {
      noted('GetObject');
      return blobs.streamCompressed(sha256);
    },
  };
};

/** A signer that notes that KMS signs. */
export const recordedSigner = ({ publicKey, sign }: Signer, note: Note): Signer => ({
  publicKey,
  sign(message) {
    note({ action: 'kms:Sign', resource: 'OracleKey' });
    return sign(message);
  },
});
