import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';

/** A line of an input that is no reading. */
export interface PassedLine {
  readonly line: number;
  /** A stable code. */
  readonly code: string;
  readonly why: string;
  /** As it was read. */
  readonly text: string;
}

/** Lines that are told one by one; later ones only count. */
const TOLD = 20;
/** The file keeps no more than this, bytes. */
const MOST_BYTES = 10 << 20;
const LONGEST_LINE = 1_000;

/**
 * Tells which lines of an input are passed over, and keeps them in a file: `code`, line number and text, separated by tabs.
 * A line that the file has already isn't added again.
 */
export class PassedLines {
  private readonly kept: Set<string>;
  private told = 0;
  private before = 0;

  constructor(
    private readonly file: string,
    private readonly name: string,
    private readonly log: (line: string) => void,
  ) {
    this.kept = new Set(existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []);
  }

  /** Tells and keeps a line. */
  add({ line, code, why, text }: PassedLine): void {
    const entry = `${code}\t${line}\t${text.slice(0, LONGEST_LINE)}`;
    if (this.kept.has(entry)) {
      this.before++;
      return;
    }
    this.told++;
    if (this.told <= TOLD)
      this.log(`${this.name}:${line}: passed over (${code}): ${why} It was: ${text.slice(0, 200)}`);
    const size = existsSync(this.file) ? statSync(this.file).size : 0;
    if (size + entry.length >= MOST_BYTES) return;
    this.kept.add(entry);
    appendFileSync(this.file, `${entry}\n`, { mode: 0o600 });
  }

  /** Says how many lines were passed over, if any. */
  sum(): void {
    if (this.told + this.before === 0) return;
    const again = this.before > 0 ? `, ${this.before} of them already at an earlier start` : '';
    this.log(`${this.told + this.before} lines passed over${again}; they are in ${this.file}`);
  }
}
