import { toHex } from '@commonwire/sdk/core';
import { type Challenge, challenge as challengePending, type Fault } from '@commonwire/sdk/network';
import { address, DEFAULT_KEYPAIR, flag, httpUrl, parseOptions, readKeypair } from '@commonwire/sdk/node';
import { OracleClient } from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import type { Command } from '../command';
import { connect } from '../connect';
import { count, short, time, tokens } from '../format';
import { type Finding, findPending } from '../verification/pending';

/** Exit statuses; the usage explains each. */
const STATUS = { fine: 0, void: 3, faulty: 4, unproven: 5 } as const;

const options = z.object({
  rpc: httpUrl,
  network: address,
  oracle: httpUrl,
  keypair: z.string().default(DEFAULT_KEYPAIR),
  'dry-run': flag,
  json: flag,
});

/** `commonwire challenge`. */
export const challenge: Command = {
  name: 'challenge',
  summary: 'checks the pending epoch and makes it void if it is wrong',
  usage: `commonwire challenge --rpc URL --network ADDRESS --oracle URL [--keypair FILE] [--dry-run] [--json]

Compares the pending epoch with the current one, from which devices are paid. Both ledgers come from an oracle's
published datasets, and each is checked against its root on chain. A device makes the epoch void if it

  earned-fell       has earned less in total than before
  above-device-cap  earned more in this epoch than one device may
  earned-retired    earned something though it is retired
  wrong-owner       earns for somebody else than its owner in the registry
  below-paid        loses in a corrective epoch what it was paid already

The first such device is challenged, in one transaction. That makes the epoch void: the oracles who signed it lose their
seats and their bonds, a tenth of which goes to the challenger, and the others must sign a new attempt. Anyone may.

  --rpc URL          RPC node of the cluster
  --network ADDRESS  the network's account
  --oracle URL       any oracle of the network
  --keypair FILE     pays the fee (default: ${DEFAULT_KEYPAIR})
  --dry-run          only shows what is wrong
  --json             one JSON document; amounts are base units

Exit status:
  0  nothing to challenge: no epoch is pending, or no fault was found
  1  the epoch can't be checked: the node, the oracle or the key file failed
  2  wrong usage
  3  the epoch was wrong and is void now
  4  the epoch is wrong but not void: --dry-run was given, or the pending epoch changed meanwhile
  5  nothing can be proven yet: the dataset isn't published or isn't the epoch's. Demand a leaf with commonwire demand`,

  async run(argv, write) {
    const given = parseOptions('commonwire challenge', argv, options);
    const connection = await connect(given.rpc);
    const finding = await findPending(connection, new OracleClient(given.oracle), given.network);
    const faulty = finding.kind === 'examined' && finding.faults.length > 0;
    const done =
      faulty && !given['dry-run']
        ? await challengePending(connection, readKeypair(given.keypair), {
            network: given.network,
            ledgers: finding.ledgers,
            registry: finding.registry,
          })
        : null;
    if (given.json) write(JSON.stringify(toJson(finding, done)));
    else for (const line of toLines(finding, done)) write(line);
    return statusOf(finding, done);
  },
};

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
  const { faults, ledgers } = finding;
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

function conclusion({ faults }: Extract<Finding, { kind: 'examined' }>, done: Challenge | null): string {
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
  const faults = finding.kind === 'examined' ? finding.faults : [];
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
    reason: finding.kind === 'unpublished' ? finding.reason : null,
    faults: faults.map(({ index, grounds, before, after }) => ({
      index,
      grounds,
      before: before && leaf(before),
      after: leaf(after),
    })),
    challenge: done && { outcome: done.outcome, signature: done.signature },
  };
}
