import {
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { waiting } from '../runtime/aws';
import { type BlobStore, blobStore } from './blobs';

/** Stores blobs in an S3 bucket under `prefix`. Object writes are atomic, so no temporary names are needed. */
export function s3Blobs(bucket: string, prefix = 'parts/', client = new S3Client(waiting())): BlobStore {
  const at = (name: string) => ({ Bucket: bucket, Key: prefix + name });
  const body = async (name: string) => {
    try {
      return (await client.send(new GetObjectCommand(at(name)))).Body;
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  };
  return blobStore({
    async has(name) {
      try {
        await client.send(new HeadObjectCommand(at(name)));
        return true;
      } catch (error) {
        if (error instanceof NotFound) return false;
        throw error;
      }
    },
    read: async (name) => (await body(name))?.transformToByteArray(),
    stream: async (name) => (await body(name)) as AsyncIterable<Uint8Array> | undefined,
    async write(name, bytes) {
      await client.send(new PutObjectCommand({ ...at(name), Body: bytes, ContentType: 'application/gzip' }));
    },
  });
}
