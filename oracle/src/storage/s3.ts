import {
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { waiting } from '../runtime/aws';
import { type BlobFiles, type BlobStore, blobStore } from './blobs';

/** Files in an S3 bucket under `prefix`. Object writes are atomic, so no temporary names are needed. */
export function s3Files(bucket: string, prefix: string, client = new S3Client(waiting())): BlobFiles {
  const at = (name: string) => ({ Bucket: bucket, Key: prefix + name });
  const body = async (name: string) => {
    try {
      return (await client.send(new GetObjectCommand(at(name)))).Body;
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  };
  return {
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
      const type = name.endsWith('.gz') ? { ContentType: 'application/gzip' } : {};
      await client.send(new PutObjectCommand({ ...at(name), Body: bytes, ...type }));
    },
  };
}

/** Stores blobs in an S3 bucket. */
export const s3Blobs = (bucket: string, prefix = 'parts/', client?: S3Client): BlobStore =>
  blobStore(s3Files(bucket, prefix, client));
