import { sendAndConfirm } from '@commonwire/sdk/core';
import {
  createGovernance,
  createRealm,
  type DaoRules,
  handOverRealm,
  realmAddress,
} from '@commonwire/sdk/realm';
import { STAKE_PROGRAM_ID } from '@commonwire/sdk/stake';
import { Keypair, type PublicKey } from '@solana/web3.js';
import { fund, type TestChain } from '../chain';

/** SPL Governance's way to set an authority that doesn't sign. */
const SET_UNCHECKED = 0;
const NEVER = Buffer.alloc(8, 0xff);

/**
 * A realm that an attacker makes: a program of its own weighs the votes, and members make governances. With `rules` it has a
 * governance too, and with `victim` it is handed over to that wallet.
 */
export async function trap(
  { connection }: TestChain,
  options: {
    mint: PublicKey;
    councilMint: PublicKey | null;
    name?: string;
    rules?: DaoRules;
    victim?: PublicKey;
  },
): Promise<PublicKey> {
  const attacker = await fund(connection, 10);
  const { publicKey } = attacker;
  const { mint, councilMint, rules, victim, name = `Trap ${publicKey.toBase58().slice(0, 8)}` } = options;
  const by = { payer: publicKey, authority: publicKey };
  const [creation] = await createRealm({ ...by, name, mint, councilMint });
  for (const key of creation!.keys)
    if (key.pubkey.equals(STAKE_PROGRAM_ID)) key.pubkey = Keypair.generate().publicKey;
  creation!.data.writeBigUInt64LE(1n, creation!.data.indexOf(NEVER));
  await sendAndConfirm(connection, attacker, [creation!]);
  const realm = realmAddress(name);
  if (rules) await sendAndConfirm(connection, attacker, await createGovernance({ ...by, realm, rules }));
  if (victim) {
    const handing = handOverRealm({ realm, authority: publicKey });
    handing.data[1] = SET_UNCHECKED;
    handing.keys[2]!.pubkey = victim;
    await sendAndConfirm(connection, attacker, [handing]);
  }
  return realm;
}
