/** Copies and reads the pages of runs, which are stored like parts of datasets, by their SHA-256. */
import { type LastHead, PAGE_BYTES, type RunReference, runCheck, type SealedLog } from '../domain';
import { OracleError } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { readBlob } from '../storage/blobs';

/** Pages that are fetched at once. */
const FETCHED_AT_ONCE = 4;

/** How far a copy of a log is: so many pages and reports of a run, and all of those before it. */
export interface CopyPlace {
  readonly run: number;
  readonly pages: number;
  readonly reports: number;
}

export const BEGINNING: CopyPlace = { run: 0, pages: 0, reports: 0 };

/**
 * Copies the pages of a log that aren't there yet, from whoever serves them: they are known by their hashes, so it doesn't
 * matter from whom. Each is checked before it is stored. Yields how far it is, from where it can go on later.
 * @param last what the log follows
 * @returns whether all are there; if not, nobody serves one of them now
 * @throws DomainError `bad-log` at the first page that breaks the rules for logs
 */
export async function* copyPages(
  oracle: Oracle,
  { head, runs }: SealedLog,
  last: LastHead | undefined,
  from = BEGINNING,
): AsyncGenerator<CopyPlace, boolean> {
  for (let run = from.run; run < runs.length; run++) {
    const reference = runs[run]!;
    const check = runCheck(head, reference, last);
    let pages = 0;
    const before = run === from.run ? reference.pages[from.pages - 1] : undefined;
    const there = before && (await readBlob(oracle.blobs, before));
    if (there) {
      check.resume(there, from.reports);
      pages = from.pages;
    }
    while (pages < reference.pages.length) {
      const names = reference.pages.slice(pages, pages + FETCHED_AT_ONCE);
      for (const found of await Promise.all(names.map((name) => findPage(oracle, head, name)))) {
        if (!found) return false;
        check.page(found.page);
        if (!found.isStored) await oracle.blobs.put(found.page);
        pages++;
      }
      yield { run, pages, reports: check.reports };
    }
    check.end();
  }
  return true;
}

/** The pages of a log's run. @throws OracleError `log-not-found` if one is lost, and nobody serves it now */
export async function readPages(
  oracle: Oracle,
  { head }: SealedLog,
  run: Pick<RunReference, 'pages'>,
): Promise<Uint8Array[]> {
  const pages: Uint8Array[] = [];
  for (const name of run.pages) {
    const found = await findPage(oracle, head, name);
    if (!found)
      throw new OracleError(
        'log-not-found',
        `page ${name} of the log of ${head.oracle} for epoch ${head.epoch} is lost, and no peer serves it now`,
      );
    pages.push(found.page);
  }
  return pages;
}

/** A page from this oracle's storage or else from a peer. */
async function findPage(
  { blobs, peers }: Oracle,
  { oracle, epoch }: SealedLog['head'],
  name: string,
): Promise<{ page: Uint8Array; isStored: boolean } | undefined> {
  const own = await readBlob(blobs, name);
  if (own) return { page: own, isStored: true };
  const page = await peers.part(oracle, { epoch, sha256: name, maxBytes: PAGE_BYTES });
  return page && { page, isStored: false };
}
