import { acceptedVersion, equal, formatSol, nodeOf, reasonOf } from '@commonwire/sdk/core';
import { PROGRAM_ID } from '@commonwire/sdk/network';
import { type Connection, LAMPORTS_PER_SOL, PublicKey } from '@solana/web3.js';
import { chainTime, type Facts, readFacts, stateOf } from '../status/facts';
import { type Finding, fail, ok, warn } from './finding';

/** Public clusters by their genesis hash. */
const CLUSTERS: Readonly<Record<string, string>> = {
  '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d': 'mainnet',
  EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG: 'devnet',
  '4uhcVJyU9pJkvQyS88uRDiswHXSCkY3zQawwpjk2NsNY': 'testnet',
};

/** What the chain's clock may differ from this machine's, seconds: it is a vote of validators, and lags some. */
const [SKEW_WARNS, SKEW_FAILS] = [30, 300];

/** About ten signatures and the rent of some small accounts. */
const ENOUGH_LAMPORTS = LAMPORTS_PER_SOL / 50;

/** Whether the node answers, what it runs, and which transactions it takes. */
export async function checkNodeOf(connection: Connection): Promise<Finding[]> {
  const node = nodeOf(connection);
  try {
    const version = (await connection.getVersion())['solana-core'];
    const genesis = await connection.getGenesisHash();
    const cluster = CLUSTERS[genesis] ?? `a cluster with genesis ${genesis}`;
    const newest = await acceptedVersion(connection);
    const slots = await connection.getSlot('confirmed');
    const what = `${node}, version ${version}, ${cluster}, slot ${slots}`;
    return [
      newest === 1
        ? ok('rpc', `${what}, takes transactions of version 1`)
        : warn(
            'rpc',
            `${what}, doesn't take transactions of version 1: payouts take more, smaller transactions`,
            'nothing is broken; another node of a newer version is cheaper',
          ),
    ];
  } catch (error) {
    return [
      fail(
        'rpc',
        `${node}: ${reasonOf(error)}`,
        'check --url, or name another node: commonwire init --url URL',
      ),
    ];
  }
}

/** Whether this machine's clock is the chain's. Devices sign times, and oracles refuse those from the future. */
export async function checkClock(connection: Connection, now: number): Promise<Finding> {
  const skew = Math.round(now / 1000 - Number(await chainTime(connection)));
  const detail = `this machine's clock is ${Math.abs(skew)} s ${skew < 0 ? 'behind' : 'ahead of'} the chain's`;
  const next = 'synchronize the clock (timedatectl set-ntp true); local chains may go at another pace';
  if (Math.abs(skew) >= SKEW_FAILS) return fail('clock', detail, next);
  return Math.abs(skew) >= SKEW_WARNS ? warn('clock', detail, next) : ok('clock', detail);
}

/** Whether the network is there, and what state it is in. */
export async function checkNetwork(
  connection: Connection,
  network: PublicKey,
): Promise<{ finding: Finding; facts: Facts | null }> {
  try {
    const facts = await readFacts(connection, network);
    const { account, registered } = facts;
    const state = stateOf(facts);
    const genesis = new PublicKey(account.genesisHash).toBase58();
    if (!equal(account.genesisHash, new PublicKey(await connection.getGenesisHash()).toBytes()))
      return {
        finding: fail(
          'network',
          `${network} was made for genesis ${genesis}`,
          'name a node of its own cluster with --url',
        ),
        facts,
      };
    const detail = `${network} is ${state}: epoch ${account.current.epoch}, ${registered} devices, ${account.committee.threshold} of ${account.committee.keys.length} oracles sign`;
    const next = `commonwire status --network ${network} shows why and until when`;
    return { finding: state === 'open' ? ok('network', detail) : warn('network', detail, next), facts };
  } catch (error) {
    const next = `check --network and --url: the account must belong to program ${PROGRAM_ID}`;
    return { finding: fail('network', reasonOf(error), next), facts: null };
  }
}

/** Whether the wallet can pay fees and some rent. */
export async function checkBalance(connection: Connection, wallet: PublicKey): Promise<Finding> {
  const lamports = await connection.getBalance(wallet);
  const detail = `${wallet} has ${formatSol(BigInt(lamports), ',')} SOL`;
  if (lamports >= ENOUGH_LAMPORTS) return ok('balance', detail);
  const next = `send it some SOL: 0.02 pay for fees and small accounts (on devnet: solana airdrop 1 ${wallet} --url devnet)`;
  return lamports === 0 ? fail('balance', detail, next) : warn('balance', detail, next);
}
