import type { OracleProcess } from '../../oracle/test/support/processes';

const SAMPLE_MS = 1_000;
const RSS = /^process_resident_memory_bytes (\S+)$/m;

/** Watches how much memory an oracle's process uses. */
export class Memory {
  /** MiB, one a second. */
  private readonly samples: number[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor({ client }: OracleProcess) {
    this.timer = setInterval(async () => {
      // A busy oracle answers late: that second is left out.
      const answer = await fetch(`${client.url}/metrics`, { signal: AbortSignal.timeout(SAMPLE_MS) }).catch(
        () => undefined,
      );
      const bytes = RSS.exec((await answer?.text().catch(() => '')) ?? '')?.[1];
      if (bytes) this.samples.push(Math.round(Number(bytes) / 2 ** 20));
    }, SAMPLE_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  get latest(): number {
    return this.samples.at(-1) ?? 0;
  }

  get peak(): number {
    return Math.max(0, ...this.samples);
  }

  /** The median of the last third of the time, as a multiple of that of the second third. */
  get growth(): number {
    const third = Math.floor(this.samples.length / 3);
    const [middle, last] = [median(this.samples.slice(third, 2 * third)), median(this.samples.slice(-third))];
    return middle > 0 ? Number((last / middle).toFixed(2)) : 0;
  }

  /** What is wrong. @param mostGrowth undefined if it was watched for too short a time */
  problems({ mostMib, mostGrowth }: { mostMib: number; mostGrowth: number | undefined }): string[] {
    if (this.samples.length < 3) return ['the memory could not be watched'];
    return [
      ...(this.peak > mostMib ? [`an oracle used ${this.peak} MiB, more than ${mostMib}`] : []),
      ...(mostGrowth !== undefined && this.growth > mostGrowth
        ? [`an oracle's memory grew to ${this.growth} times what it was, more than ${mostGrowth}`]
        : []),
    ];
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
