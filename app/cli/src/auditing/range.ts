import { appendFileSync, existsSync, truncateSync } from 'node:fs';
import { describeDifference } from '@commonwire/oracle/domain';
import { readText } from '@commonwire/sdk/node';
import { z } from 'zod';
import { CliError } from '../errors';
import type { Audit } from './audit';

/** What an epoch's audit came to: a line of the file that an interrupted run goes on from. */
const outcomeSchema = z.strictObject({
  network: z.string(),
  epoch: z.int().positive(),
  /** The manifest that was audited. */
  dataset: z.string().nullable(),
  holds: z.boolean(),
  /** What was recomputed, or the first difference. */
  detail: z.string(),
});

/** The outcome of one epoch. */
export type Outcome = z.output<typeof outcomeSchema>;

/** An epoch's outcome in a line. */
export function outcomeOf(network: string, { epoch, checks, difference, repeated }: Audit): Outcome {
  const failed = checks.find(({ holds }) => !holds);
  const first = difference ? describeDifference(difference) : failed?.detail;
  const detail = failed
    ? `${failed.about}: ${first}`
    : (checks.find(({ about }) => about === 'recomputed')?.detail ?? 'recomputed');
  return {
    network,
    epoch,
    dataset: repeated?.result.datasetHash ?? null,
    holds: failed === undefined,
    detail,
  };
}

/**
 * Reads the outcomes that an earlier run has kept. A last line without an end is what was being written when it was
 * interrupted: it is removed, and that epoch is audited again.
 * @throws CliError `bad-file` if the file is another network's, or no such file
 */
export function readOutcomes(file: string, network: string): Map<number, Outcome> {
  const outcomes = new Map<number, Outcome>();
  if (!existsSync(file)) return outcomes;
  const lines = readText(file).split('\n');
  const unfinished = lines.pop()!;
  for (const [at, line] of lines.entries()) {
    const read = outcomeSchema.safeParse(parsed(line));
    if (!read.success)
      throw new CliError(
        'bad-file',
        `--resume: line ${at + 1} of ${file} is no outcome of an audit: name another file`,
      );
    if (read.data.network !== network)
      throw new CliError(
        'bad-file',
        `--resume: ${file} is about network ${read.data.network}: name another file`,
      );
    outcomes.set(read.data.epoch, read.data);
  }
  if (unfinished !== '') truncateSync(file, Buffer.byteLength(lines.map((line) => `${line}\n`).join('')));
  return outcomes;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** What audits a range of epochs. */
export interface RangeAudit {
  readonly network: string;
  readonly from: number;
  readonly to: number;
  /** How many are audited side by side: while one is recomputed, the others' files arrive. */
  readonly parallel: number;
  /** The file of outcomes, if they are kept. */
  readonly resume: string | undefined;
  audit(epoch: number): Promise<Audit>;
  /** Told each outcome in the order of epochs, and whether it was known from an earlier run. */
  told(outcome: Outcome, wasKnown: boolean): void;
}

/**
 * Audits epochs one after another, a few at once. Each outcome is kept as soon as it is known. An epoch that can't be
 * audited ends it, after those before.
 * @returns all outcomes @throws as the audit of the first epoch that can't be audited
 */
export async function auditRange(request: RangeAudit): Promise<Outcome[]> {
  const { network, from, to, parallel, resume } = request;
  const known = resume === undefined ? new Map<number, Outcome>() : readOutcomes(resume, network);
  const running = new Map<number, Promise<Outcome>>();
  const start = (epoch: number): void => {
    if (epoch > to || running.has(epoch) || known.has(epoch)) return;
    const outcome = request.audit(epoch).then((audit) => outcomeOf(network, audit));
    // It is awaited in its turn.
    outcome.catch(() => {});
    running.set(epoch, outcome);
  };
  const outcomes: Outcome[] = [];
  for (let epoch = from; epoch <= to; epoch++) {
    for (let ahead = epoch; ahead < epoch + parallel; ahead++) start(ahead);
    const before = known.get(epoch);
    const outcome = before ?? (await running.get(epoch)!);
    running.delete(epoch);
    if (!before && resume !== undefined) appendFileSync(resume, `${JSON.stringify(outcome)}\n`);
    outcomes.push(outcome);
    request.told(outcome, before !== undefined);
  }
  return outcomes;
}
