/** A served file. Its name should be its hash, which isn't checked yet. */
export interface Served {
  readonly content: Uint8Array;
  /** The SHA-256 of `content`, lower-case hex. */
  readonly sha256: string;
}

/** A manifest or part of an epoch's dataset, or a page of a log. */
export interface Wanted {
  readonly what: 'manifest' | 'part' | 'page';
  readonly epoch: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Where that hash comes from, for people: if the file is missing, the error says who named it. */
  readonly anchor: string;
}

/**
 * Fetches a manifest, part or page. The caller must compare its hash.
 * @throws CliError `dataset-missing`; OracleRequestError if the oracle's answer is unusable
 */
export type Download = (wanted: Wanted) => Promise<Served>;

/** Downloads each manifest once; they are small. */
export function rememberManifests(download: Download): Download {
  const known = new Map<string, Promise<Served>>();
  return (wanted) => {
    if (wanted.what !== 'manifest') return download(wanted);
    const before = known.get(wanted.sha256);
    if (before) return before;
    const reading = download(wanted);
    known.set(wanted.sha256, reading);
    return reading;
  };
}

/** Downloads the referenced parts of an epoch. @returns a lookup by hash */
export async function downloadParts(
  download: Download,
  epoch: number,
  references: readonly { readonly sha256: string }[],
): Promise<(sha256: string) => Uint8Array> {
  const parts = new Map<string, Uint8Array>();
  for (const { sha256: name } of references) {
    if (parts.has(name)) continue;
    const { content } = await download({
      what: 'part',
      epoch,
      sha256: name,
      anchor: 'named by its manifest',
    });
    parts.set(name, content);
  }
  return (name) => parts.get(name)!;
}
