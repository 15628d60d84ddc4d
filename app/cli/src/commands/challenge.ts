import { count, time, toHex, tokens } from '@commonwire/sdk/core';
import {
  type Challenge,
  challengeInstruction,
  challenge as challengePending,
  challengeShown,
  challengeShownInstruction,
  type Fault,
} from '@commonwire/sdk/network';
import { flag, oracleUrl, parseOptions, Signing, signingOptions, signingUsage } from '@commonwire/sdk/node';
import { OracleClient } from '@commonwire/sdk/oracle';
import { type Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import type { Command } from '../command';
import { connect } from '../connect';
import { short } from '../format';
import { JSON_USAGE, NETWORK_USAGE, networkOptions } from '../options';
import { printTransactions } from '../print';
import { type Finding, findPending } from '../verification/pending';

/** Exit statuses; the usage explains each. */
const STATUS = { fine: 0, void: 3, faulty: 4, unproven: 5 } as const;

const options = z.object({
  ...networkOptions,
  ...signingOptions,
  oracle: oracleUrl,
  'dry-run': flag,
});

/** `commonwire challenge`. */
export const challenge: Command = {
  name: 'challenge',
  group: 'audit',
  summary: 'checks the pending epoch and makes it void if it is wrong',
  usage: `commonwire challenge --url URL --network ADDRESS --oracle URL [--keypair FILE] [--dry-run] [--json]

Compares the pending epoch with the current one, from which devices are paid. Both ledgers come from an oracle's
published datasets, and each is checked against its root on chain. A device makes the epoch void if it

  earned-fell       has earned less in total than before
  above-device-cap  earned more in this epoch than one device may
  earned-retired    earned something though it is retired
  wrong-owner       earns for somebody else than its owner in the registry
  below-paid        loses in a corrective epoch what it was paid already
  padded            is the last one, and the ledger holds something beyond it

If no dataset of the pending epoch is served, leaves that were shown on demand are compared: see commonwire demand.
The first such device is challenged, in one transaction. That makes the epoch void: the oracles who signed it lose their
seats and their bonds, a tenth of which goes to the challenger, and the others must sign a new attempt. Where all that is
wrong is below-paid, nobody loses anything: the device may have been paid after they signed. Anyone may.

${NETWORK_USAGE}
  --oracle URL       any oracle of the network
${signingUsage('pays the fee')}
  --dry-run          only shows what is wrong
${JSON_USAGE}

Exit status:
  0  nothing to challenge: no epoch is pending, or no fault was found
  3  the epoch was wrong and is void now
  4  the epoch is wrong but not void: --dry-run or --print was given, or the pending epoch changed meanwhile
  5  nothing can be proven yet: the dataset isn't published or isn't the epoch's. Demand a leaf with commonwire demand`,
  examples: ['commonwire challenge --dry-run'],
  options,

  async run(argv, write) {
    const given = parseOptions('commonwire challenge', argv, options);
    const connection = await connect(given.url);
    const finding = await findPending(connection, new OracleClient(given.oracle), given.network);
    const faulty = isExamined(finding) && finding.faults.length > 0;
    if (faulty && given.print) return printChallenge(given, { connection, finding, write });
    const done =
      faulty && !given['dry-run'] ? await send(Signing.read(given), { connection, finding }) : null;
    if (given.json) write(JSON.stringify(toJson(finding, done)));
    else for (const line of toLines(finding, done)) write(line);
    return statusOf(finding, done);
  },
};

type Examined = Extract<Finding, { kind: 'examined' | 'shown' }>;

const isExamined = (finding: Finding): finding is Examined =>
  finding.kind === 'examined' || finding.kind === 'shown';

function send(
  { paying, price }: Signing,
  { connection, finding }: { connection: Connection; finding: Examined },
): Promise<Challenge> {
  const { registry } = finding;
  const { address: network } = finding.network;
  if (finding.kind === 'examined')
    return challengePending(connection, paying, { network, ledgers: finding.ledgers, registry, price });
  const { leaf, current, faults } = finding;
  return challengeShown(connection, paying, { network, leaf, fault: faults[0]!, current, registry, price });
}

/** Prints the transactions of a challenge. @returns the exit status of an epoch that is wrong and not void */
async function printChallenge(
  given: z.output<typeof options>,
  {
    connection,
    finding,
    write,
  }: { connection: Connection; finding: Examined; write: (line: string) => void },
): Promise<number> {
  const { registry, faults } = finding;
  const signing = Signing.read(given);
  const { payer } = signing;
  const request = { network: finding.network.address, registry, fault: faults[0]! };
  const instruction =
    finding.kind === 'examined'
      ? await challengeInstruction(connection, payer, { ...request, ledgers: finding.ledgers })
      : await challengeShownInstruction(connection, payer, { ...request, ...pick(finding) });
  const transactions = [[instruction]];
  const effects = [`makes epoch ${finding.pending.epoch}, attempt ${finding.pending.attempt}, void`];
  await printTransactions({ signing, connection, transactions, effects, json: given.json, write });
  return STATUS.faulty;
}

const pick = ({ leaf, current }: Extract<Finding, { kind: 'shown' }>) => ({ leaf, current });

function statusOf(finding: Finding, done: Challenge | null): number {
  if (finding.kind === 'nothing-pending') return STATUS.fine;
  if (finding.kind === 'unpublished') return STATUS.unproven;
  if (finding.faults.length === 0) return STATUS.fine;
  return done && done.outcome !== 'no-fault' ? STATUS.void : STATUS.faulty;
}

function toLines(finding: Finding, done: Challenge | null): string[] {
  const { network } = finding;
  const name = `network ${network.address}`;
  if (finding.kind === 'nothing-pending')
    return [`${name}: no epoch is pending, so there is nothing to challenge`];
  const { pending } = finding;
  const until = time(pending.postedAt + BigInt(pending.challengeSeconds));
  const head = `${name}: epoch ${pending.epoch}, attempt ${pending.attempt}, root ${short(pending.ledgerRoot)}, open to challenge until ${until} or longer if paused`;
  if (finding.kind === 'unpublished') {
    return [head, `UNPROVEN: ${finding.reason}`, NEXT];
  }
  const { faults } = finding;
  if (finding.kind === 'shown')
    return [
      head,
      `${finding.reason}; leaves that were shown on demand prove it wrong`,
      ...faults.map((fault) => faultLine(fault, network.decimals)),
      conclusion(finding, done),
    ];
  const { ledgers } = finding;
  const compared = `${count(ledgers.pending.length, 'device')} compared with the ${ledgers.current.length} of epoch ${network.current.epoch}${pending.corrective ? ', as a corrective epoch' : ''}`;
  return [
    head,
    compared,
    ...faults.map((fault) => faultLine(fault, network.decimals)),
    conclusion(finding, done),
  ];
}

const NEXT =
  "Ask the network's other oracles. If none serves it, demand a leaf with commonwire demand: an epoch with a leaf that nobody shows is void.";

function faultLine({ index, grounds, before, after }: Fault, decimals: number): string {
  const said = (leaf: Fault['after']) =>
    `${tokens(leaf.earned, decimals)} earned for ${new PublicKey(leaf.owner)}`;
  const was = before ? `was ${said(before)}` : 'was not in the ledger';
  return `WRONG  device ${index}: ${grounds.join(', ')}: ${said(after)}, ${was}`;
}

function conclusion({ faults }: Examined, done: Challenge | null): string {
  if (faults.length === 0) return 'no device breaks a rule: nothing to challenge';
  const devices = count(faults.length, 'wrong device');
  if (!done) return `${devices}: the epoch can be made void; run the command without --dry-run`;
  if (done.outcome === 'void') {
    return `${devices}: VOID by device ${done.fault?.index}, transaction ${done.signature}`;
  }
  if (done.outcome === 'nothing-pending') return `${devices}: no longer pending, somebody else was faster`;
  return `${devices} before, none now: the pending epoch has changed; run the command again`;
}

function toJson(finding: Finding, done: Challenge | null) {
  const { network } = finding;
  const pending = finding.kind === 'nothing-pending' ? null : finding.pending;
  const faults = isExamined(finding) ? finding.faults : [];
  const leaf = ({ owner, earned }: Fault['after']) => ({
    owner: new PublicKey(owner).toBase58(),
    earned: `${earned}`,
  });
  return {
    network: network.address.toBase58(),
    pending: pending && {
      epoch: Number(pending.epoch),
      attempt: pending.attempt,
      ledger_root: toHex(pending.ledgerRoot),
      dataset_hash: toHex(pending.datasetHash),
      posted_at: Number(pending.postedAt),
      challenge_seconds: pending.challengeSeconds,
    },
    published: finding.kind === 'examined',
    reason: 'reason' in finding ? finding.reason : null,
    faults: faults.map(({ index, grounds, before, after }) => ({
      index,
      grounds,
      before: before && leaf(before),
      after: leaf(after),
    })),
    challenge: done && { outcome: done.outcome, signature: done.signature },
  };
}
