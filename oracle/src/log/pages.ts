/** Copies and reads the pages of runs, which are stored like parts of datasets, by their SHA-256. */
import { sha256, toHex } from '@commonwire/sdk/core';
import { type LastHead, PAGE_BYTES, type Run, runCheck, type SealedLog } from '../domain';
import { OracleError } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { readBlob } from '../storage/blobs';

/** For so long pages of a log are fetched; what is there by then need not be fetched again. Milliseconds. */
const COPY_MS = 120_000;
/** Pages that are fetched at once. */
const FETCHED_AT_ONCE = 4;

/**
 * Copies the pages of a log that aren't there yet, from whoever serves them. They are known by their hashes, so it doesn't
 * matter from whom, and a copy that was interrupted goes on where it was. Each is checked before it is stored.
 * @param last what the log follows
 * @returns whether all are there
 * @throws DomainError `bad-log` at the first page that breaks the rules for logs
 */
export async function copyPages(
  oracle: Oracle,
  { head, runs }: SealedLog,
  last: LastHead | undefined,
): Promise<boolean> {
  const end = performance.now() + COPY_MS;
  for (const run of runs) {
    const check = runCheck(head, run, last);
    for (let i = 0; i < run.pages.length; i += FETCHED_AT_ONCE) {
      if (performance.now() >= end) return false;
      const names = run.pages.slice(i, i + FETCHED_AT_ONCE);
      const pages = await Promise.all(names.map((name) => findPage(oracle, head, name)));
      for (const found of pages) {
        if (!found) return false;
        check.page(found.page);
        if (!found.isStored) await oracle.blobs.put(found.page);
      }
    }
    check.end();
  }
  return true;
}

/** The bytes of a log's runs. @throws OracleError `log-not-found` */
export async function readRuns(oracle: Oracle, { head, runs }: SealedLog): Promise<Run[]> {
  const read: Run[] = [];
  for (const { shard, reports, pages: names } of runs) {
    const pages: Uint8Array[] = [];
    for (const name of names) {
      const found = await findPage(oracle, head, name);
      if (!found)
        throw new OracleError(
          'log-not-found',
          `page ${name} of the log of ${head.oracle} for epoch ${head.epoch} is lost, and no peer serves it now`,
        );
      pages.push(found.page);
    }
    read.push({ shard, reports, pages });
  }
  return read;
}

/** A page from this oracle's storage or else from a peer. */
async function findPage(
  { blobs, peers }: Oracle,
  { oracle, epoch }: SealedLog['head'],
  name: string,
): Promise<{ page: Uint8Array; isStored: boolean } | undefined> {
  const own = await readBlob(blobs, name);
  if (own) return { page: own, isStored: true };
  const page = await peers.firstOf(oracle, async (peer) => {
    const bytes = await peer.part(epoch, name);
    return bytes.length <= PAGE_BYTES && toHex(sha256(bytes)) === name ? bytes : undefined;
  });
  return page && { page, isStored: false };
}
