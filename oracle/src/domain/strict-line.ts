/** Lines of NDJSON in canonical form. */
import { DomainError } from './errors';

/** Reads a line that its writer would write just so. @throws DomainError `bad-line` */
export function strictly<T>(
  line: string,
  write: (value: T) => string,
  read: (raw: Record<string, unknown>) => T,
): T {
  let value: T;
  try {
    value = read(parseLine(line));
    if (write(value) === line) return value;
  } catch {
    // Any error of the field readers (a bad number, hex or address) means that the line is bad.
  }
  throw badLine(line);
}

/** @throws DomainError `bad-line` */
export function parseLine(line: string): Record<string, unknown> {
  try {
    const raw: unknown = JSON.parse(line);
    if (typeof raw === 'object' && raw !== null) return raw as Record<string, unknown>;
  } catch {
    // Not JSON: handled below.
  }
  throw badLine(line);
}

export const badLine = (line: string): DomainError =>
  new DomainError('bad-line', `not in canonical form: ${line.slice(0, 200)}`);
