/** Where the steps of a close read and write. */
import { join } from 'node:path';
import { OracleError } from '../../runtime/errors';
import { type BlobFiles, type BlobStore, blobStore, folderBlobs, folderFiles } from '../../storage/blobs';
import { s3Blobs, s3Files } from '../../storage/s3';

/** What these files' names begin with in a bucket, and their folder. */
export const STEP_FILES = 'steps/';

export interface StepStores {
  /** Dataset and logs' pages. */
  readonly parts: BlobStore;
  /** What steps give each other, by its hash. */
  readonly steps: BlobStore;
  /** The files behind these, for what is found by name. */
  readonly files: BlobFiles;
}

export const stepStores = (parts: BlobStore, files: BlobFiles): StepStores => ({
  parts,
  steps: blobStore(files),
  files,
});

/** The files of the steps of an oracle whose parts are in a bucket or a folder. */
export const openStepFiles = ({ bucket, data }: Places): BlobFiles =>
  bucket ? s3Files(bucket, STEP_FILES) : folderFiles(join(data ?? '', STEP_FILES));

/** Opens all that a worker needs, which knows no key, no database and no chain. @throws OracleError `bad-environment` */
export function openStepStores({
  COMMONWIRE_BUCKET: bucket,
  COMMONWIRE_DATA: data,
}: NodeJS.ProcessEnv): StepStores {
  if (!bucket && !data) throw new OracleError('bad-environment', 'set COMMONWIRE_BUCKET or COMMONWIRE_DATA');
  const parts = bucket ? s3Blobs(bucket) : folderBlobs(join(data ?? '', 'parts'));
  return stepStores(parts, openStepFiles({ bucket, data }));
}

/** One of them is set; of both, the bucket counts. */
interface Places {
  readonly bucket: string | undefined;
  readonly data: string | undefined;
}

export const STEPS = ['judge', 'reduce', 'write', 'root'] as const;
export type StepName = (typeof STEPS)[number];

/** One step of one close. */
export interface StepPlace {
  readonly step: StepName;
  /** Address of what all steps of a close know, which thus stands for all that any of them reads. */
  readonly globals: string;
  /** Of `judge` and `write`. */
  readonly shard?: number;
}

const nameOf = ({ step, globals, shard }: StepPlace): string =>
  `${globals}-${step}${shard === undefined ? '' : `-${shard}`}`;

/** Notes where a step's outcome is. Whoever repeats it notes the same. */
export const noteOutcome = (
  { files }: Pick<StepStores, 'files'>,
  place: StepPlace,
  address: string,
): Promise<void> => files.write(nameOf(place), Buffer.from(address));

/** The address of a step's outcome. @throws Error if it wasn't done */
export async function outcomeOf({ files }: Pick<StepStores, 'files'>, place: StepPlace): Promise<string> {
  const noted = await files.read(nameOf(place));
  if (!noted) throw new Error(`step ${nameOf(place)} has no outcome yet`);
  return Buffer.from(noted).toString();
}

/** Stores the list of a close's shards in the form that a state machine reads. @returns the file's name */
export async function putItems(files: BlobFiles, globals: string, shards: number): Promise<string> {
  const name = `${globals}-shards.json`;
  const items = Array.from({ length: shards }, (_, shard) => ({ shard }));
  await files.write(name, Buffer.from(JSON.stringify(items)));
  return name;
}
