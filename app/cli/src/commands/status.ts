import {
  type EpochState,
  fetchNetwork,
  fetchRegistry,
  type NetworkAccount,
  PROGRAM_ID,
  toHex,
} from '@commonwire/sdk';
import { getAccount } from '@solana/spl-token';
import { type Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { readProgram } from '../../../../migrations/loader/accounts';
import type { Command } from '../command';
import { connect } from '../connect';
import { count, short, time, tokens } from '../format';
import { address, flag, httpUrl, parseOptions } from '../options';

const options = z.object({ rpc: httpUrl, network: address, json: flag });

/** `commonwire status`. */
export const status: Command = {
  name: 'status',
  summary: 'a network as the chain has it',
  usage: `commonwire status --rpc URL --network ADDRESS [--json]

Who rules a network, who signs for it, what it has earned and paid: from the chain alone.

  --rpc URL          RPC node of the cluster
  --network ADDRESS  the network's account
  --json             one JSON document; amounts are base units`,

  async run(argv, write) {
    const { rpc, network, json } = parseOptions(argv, options);
    const facts = await readFacts(await connect(rpc), network);
    if (json) write(JSON.stringify(toJson(facts)));
    else for (const [label, value] of toLines(facts)) write(`${label.padEnd(19)}${value}`);
    return 0;
  },
};

/** Everything of a network that the chain tells. */
interface Facts {
  account: NetworkAccount;
  registered: number;
  /** Base units in the vault. */
  vault: bigint;
  /** Who may replace the program; null: nobody. */
  upgradeAuthority: PublicKey | null;
}

async function readFacts(connection: Connection, network: PublicKey): Promise<Facts> {
  const account = await fetchNetwork(connection, network);
  const [registry, vault, program] = await Promise.all([
    fetchRegistry(connection, network),
    getAccount(connection, account.vault),
    readProgram(connection, PROGRAM_ID),
  ]);
  return {
    account,
    registered: registry.deviceCount,
    vault: vault.amount,
    upgradeAuthority: program?.upgradeAuthority ?? null,
  };
}

const keyOf = (bytes: Uint8Array): string => new PublicKey(bytes).toBase58();
const guardianOf = ({ guardian }: NetworkAccount): string | null =>
  guardian.equals(PublicKey.default) ? null : guardian.toBase58();

function toLines({ account, registered, vault, upgradeAuthority }: Facts): [string, string][] {
  const { committee, cuts, current, pending, policy, emission, decimals } = account;
  const amount = (units: bigint) => tokens(units, decimals);
  const halving = emission.halvingEpochs === 0n ? 'never halved' : `halved every ${emission.halvingEpochs}`;
  return [
    ['network', `${account.address}, created in slot ${account.birth}`],
    ['program', `${PROGRAM_ID}`],
    ['upgrade authority', `${upgradeAuthority ?? 'nobody: the program is final'}`],
    ['authority', `${account.authority}`],
    ['guardian', guardianOf(account) ?? 'nobody'],
    ['token', `${account.mint}, ${count(decimals, 'decimal')}`],
    ['emission', `${amount(emission.epochCap)} an epoch, ${halving}; ${amount(emission.maxSupply)} in all`],
    ['device cap', `${amount(policy.deviceEpochCap)} an epoch`],
    ['epochs', `at least ${policy.epochSeconds} s, then ${policy.challengeSeconds} s to challenge`],
    ['committee', `version ${committee.version}, ${committee.threshold} of ${committee.keys.length}`],
    ...committee.keys.map((key): [string, string] => ['', keyOf(key)]),
    ['devices', `${registered} registered`],
    ...cuts.map((cut): [string, string] => [
      `cut of epoch ${cut.epoch}`,
      `${time(cut.time)}, ${count(cut.deviceCount, 'device')}, registry ${short(cut.registryHash)}`,
    ]),
    ['pending', pending ? `${epochText(pending)}, posted ${time(pending.postedAt)}` : 'nothing'],
    [
      'current',
      current.epoch ? `${epochText(current)}, promoted ${time(current.promotedAt)}` : 'no epoch yet',
    ],
    ['earned', `${amount(current.earnedTotal)} since the start`],
    ['paid', `${amount(account.totalPaid)} since the start`],
    ['vault', `${amount(vault)} in ${account.vault}`],
  ];
}

const epochText = ({ epoch, ledgerRoot, datasetHash }: EpochState): string =>
  `epoch ${epoch}, root ${short(ledgerRoot)}, dataset ${short(datasetHash)}`;

function toJson({ account, registered, vault, upgradeAuthority }: Facts) {
  const { committee, current, pending, policy, emission } = account;
  return {
    network: account.address.toBase58(),
    birth: `${account.birth}`,
    program: { address: PROGRAM_ID.toBase58(), upgrade_authority: upgradeAuthority?.toBase58() ?? null },
    authority: account.authority.toBase58(),
    guardian: guardianOf(account),
    mint: account.mint.toBase58(),
    decimals: account.decimals,
    emission: {
      max_supply: `${emission.maxSupply}`,
      epoch_cap: `${emission.epochCap}`,
      halving_epochs: `${emission.halvingEpochs}`,
      initial_supply: `${account.initialSupply}`,
    },
    policy: {
      device_epoch_cap: `${policy.deviceEpochCap}`,
      epoch_seconds: policy.epochSeconds,
      challenge_seconds: policy.challengeSeconds,
      max_capacity: policy.maxCapacity,
    },
    committee: { ...committee, keys: committee.keys.map(keyOf) },
    device_count: registered,
    cuts: account.cuts.map((cut) => ({
      epoch: Number(cut.epoch),
      device_count: cut.deviceCount,
      registry_hash: toHex(cut.registryHash),
      time: Number(cut.time),
    })),
    pending: pending && {
      ...epochJson(pending),
      attempt: pending.attempt,
      posted_at: Number(pending.postedAt),
      challenge_seconds: pending.challengeSeconds,
    },
    current: current.epoch ? { ...epochJson(current), promoted_at: Number(current.promotedAt) } : null,
    earned_total: `${current.earnedTotal}`,
    paid_total: `${account.totalPaid}`,
    vault: { address: account.vault.toBase58(), amount: `${vault}` },
  };
}

const epochJson = (state: EpochState) => ({
  epoch: Number(state.epoch),
  ledger_root: toHex(state.ledgerRoot),
  earned_total: `${state.earnedTotal}`,
  device_count: state.deviceCount,
  registry_hash: toHex(state.registryHash),
  usage_root: toHex(state.usageRoot),
  dataset_hash: toHex(state.datasetHash),
});
