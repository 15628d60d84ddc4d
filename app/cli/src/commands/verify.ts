import { count, toHex, tokens } from '@commonwire/sdk/core';
import { address, deviceIndex, oracleUrl, parseOptions, UsageError } from '@commonwire/sdk/node';
import { OracleClient } from '@commonwire/sdk/oracle';
import { z } from 'zod';
import type { Command } from '../command';
import { connect } from '../connect';
import { JSON_USAGE, NETWORK_USAGE, networkOptions } from '../options';
import { describe, runName } from '../verification/payout';
import { type Verification, verifyPayout } from '../verification/verify-payout';

const options = z.object({
  ...networkOptions,
  oracle: oracleUrl,
  device: deviceIndex.optional(),
  owner: address.optional(),
});

/** `commonwire verify`. */
export const verify: Command = {
  name: 'verify',
  group: 'owner',
  summary: 'verifies what a device or an owner earned and was paid',
  usage: `commonwire verify --url URL --network ADDRESS --oracle URL (--device INDEX | --owner ADDRESS) [--json]

Verifies a payout without trusting an oracle. Amounts, proofs and the epoch's dataset come from the oracle, and all of
them are checked against the network's account. The RPC node is trusted: name one you trust.

  dataset   the manifest has the SHA-256 that the committee signed and agrees with the chain
  registry  the listed devices hash to the registry hash on chain, which proves the owner of each device
  ledger    the leaf of index, owner and amount, hashed here, and the proof give the ledger root on chain
  paid      the amount recorded as paid in the device's slot does not exceed the amount earned
  account   the owner's associated token account, the only one that the program pays to
  vault     holds everything that is still due to all devices

${NETWORK_USAGE}
  --oracle URL       any oracle of the network
  --device INDEX     one device, or
  --owner ADDRESS    all devices of one owner
${JSON_USAGE}

Exit status: 0 all holds, even if something is still due; 1 something doesn't hold.`,
  examples: ['commonwire verify --device 7', 'commonwire verify --owner OWNER --json'],
  options,

  async run(argv, write) {
    const { url, network, oracle, device, owner, json } = parseOptions('commonwire verify', argv, options);
    if ((device === undefined) === (owner === undefined)) {
      throw new UsageError('name either --device INDEX or --owner ADDRESS');
    }
    const verification = await verifyPayout({
      connection: await connect(url),
      oracle: new OracleClient(oracle),
      network,
      subject: device === undefined ? { owner: owner! } : { index: device },
    });
    if (json) write(JSON.stringify(toJson(verification)));
    else for (const line of toLines(verification)) write(line);
    return verification.checks.every(({ holds }) => holds) ? 0 : 1;
  },
};

function toLines({ snapshot, checks, devices }: Verification): string[] {
  const lines = checks.map(
    ({ about, holds, detail }) => `${holds ? 'holds' : 'FAILS'}  ${about.padEnd(9)} ${detail}`,
  );
  const failed = checks.find(({ holds }) => !holds);
  return [
    describe(snapshot),
    ...lines,
    failed ? `NOT verified: ${failed.detail}` : conclusion(snapshot, devices),
  ];
}

function conclusion({ network }: Verification['snapshot'], devices: Verification['devices']): string {
  const sum = (of: (device: Verification['devices'][number]) => bigint) =>
    tokens(
      devices.reduce((total, device) => total + of(device), 0n),
      network.decimals,
    );
  const who = devices.length === 1 ? runName(devices[0]!.index, 1) : count(devices.length, 'device');
  return `verified: ${who} earned ${sum(({ earned }) => earned)} since the start and was paid ${sum(({ paid }) => paid)}`;
}

function toJson({ snapshot, checks, devices, owner }: Verification) {
  const { network, slot, tokenAccount, tokens: account, vault } = snapshot;
  return {
    verified: checks.every(({ holds }) => holds),
    network: network.address.toBase58(),
    slot,
    epoch: Number(network.current.epoch),
    ledger_root: toHex(network.current.ledgerRoot),
    dataset_hash: toHex(network.current.datasetHash),
    checks,
    devices: devices.map(({ earned, paid, ...device }) => ({
      ...device,
      earned: `${earned}`,
      paid: `${paid}`,
      due: `${earned > paid ? earned - paid : 0n}`,
    })),
    owner: owner?.toBase58() ?? null,
    token_account: owner && { address: tokenAccount.toBase58(), amount: account && `${account.amount}` },
    vault: `${vault}`,
  };
}
