import { fromHex, u32 } from '@commonwire/sdk/core';
import { encodeSettleData, PAGE_SLOTS, type SettleSegment, settleWidth } from '@commonwire/sdk/network';
import type { SettlementInfo } from '@commonwire/sdk/oracle';
import {
  AccountRole,
  type Address,
  address,
  getAddressEncoder,
  getProgramDerivedAddress,
  type Instruction,
} from '@solana/kit';

const TOKEN_ACCOUNTS = address('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL');
const SYSTEM = address('11111111111111111111111111111111');
/** The instruction `settle` of the network program: its discriminator in the IDL. */
const SETTLE = 8;
/** The instruction of the token accounts' program that makes one unless it is there. */
const CREATE_IDEMPOTENT = 1;

/** Where rewards are kept and in which token. */
export interface Rewards {
  program: Address;
  network: Address;
  mint: Address;
  tokenProgram: Address;
}

/** An owner's associated token account, and its bump. */
export function tokenAccount(owner: Address, { mint, tokenProgram }: Rewards) {
  const seeds = [owner, tokenProgram, mint].map((one) => getAddressEncoder().encode(one));
  return getProgramDerivedAddress({ programAddress: TOKEN_ACCOUNTS, seeds });
}

/** Makes an owner's token account unless it is there. The payer keeps its rent in it. */
export async function createTokenAccount(
  payer: Address,
  owner: Address,
  rewards: Rewards,
): Promise<Instruction> {
  const [account] = await tokenAccount(owner, rewards);
  return {
    programAddress: TOKEN_ACCOUNTS,
    accounts: [
      { address: payer, role: AccountRole.WRITABLE_SIGNER },
      { address: account, role: AccountRole.WRITABLE },
      { address: owner, role: AccountRole.READONLY },
      { address: rewards.mint, role: AccountRole.READONLY },
      { address: SYSTEM, role: AccountRole.READONLY },
      { address: rewards.tokenProgram, role: AccountRole.READONLY },
    ],
    data: Uint8Array.of(CREATE_IDEMPOTENT),
  };
}

/**
 * The `settle` of a run as an oracle gives its arguments: the same bytes as the SDK's, without Anchor's coder, which is
 * too large for a page. The wallet isn't among its accounts: whatever program an oracle may name gets no signature.
 */
export async function settleRun(
  { first, owners, earned, proof }: SettlementInfo,
  rewards: Rewards,
): Promise<Instruction> {
  const { program, network, tokenProgram } = rewards;
  const segments: SettleSegment[] = [];
  const destinations: Address[] = [];
  for (let at = 0; at < owners.length; ) {
    const owner = owners[at]!;
    let end = at + 1;
    while (owners[end] === owner) end += 1;
    const [destination, bump] = await tokenAccount(address(owner), rewards);
    const amounts = earned.slice(at, end).map(BigInt);
    destinations.push(destination);
    if (amounts.length > 1) segments.push({ kind: 'fleet', bump, earned: amounts });
    else segments.push({ kind: 'each', leaves: [{ bump, earned: amounts[0]! }] });
    at = end;
  }
  const nodes = proof.map((node) => fromHex(node));
  const run = encodeSettleData({ first, width: settleWidth(segments), segments, proof: nodes });
  const number = u32(Math.floor(first / PAGE_SLOTS));
  const pageSeeds = [new TextEncoder().encode('page'), getAddressEncoder().encode(network), number];
  const [page] = await getProgramDerivedAddress({ programAddress: program, seeds: pageSeeds });
  const [vault] = await tokenAccount(network, rewards);
  const writable = [network, page, vault].map((one) => ({ address: one, role: AccountRole.WRITABLE }));
  return {
    programAddress: program,
    accounts: [
      ...writable,
      { address: tokenProgram, role: AccountRole.READONLY },
      ...destinations.map((one) => ({ address: one, role: AccountRole.WRITABLE })),
    ],
    data: Uint8Array.of(SETTLE, ...u32(run.length), ...run),
  };
}
