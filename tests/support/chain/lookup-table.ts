import { sendAndConfirm } from '@commonwire/sdk/core';
import {
  type AddressLookupTableAccount,
  AddressLookupTableProgram,
  type Connection,
  type Keypair,
  type PublicKey,
} from '@solana/web3.js';
import { nextSlot } from './clock';

/** A lookup table that holds these addresses and can be used at once. */
export async function createLookupTable(
  connection: Connection,
  payer: Keypair,
  addresses: readonly PublicKey[],
): Promise<AddressLookupTableAccount> {
  const authority = payer.publicKey;
  const recentSlot = await connection.getSlot('finalized');
  const [create, lookupTable] = AddressLookupTableProgram.createLookupTable({
    authority,
    payer: authority,
    recentSlot,
  });
  await sendAndConfirm(connection, payer, [create]);
  for (let at = 0; at < addresses.length; at += 20) {
    const part = addresses.slice(at, at + 20);
    const extend = AddressLookupTableProgram.extendLookupTable({
      payer: authority,
      authority,
      lookupTable,
      addresses: part,
    });
    await sendAndConfirm(connection, payer, [extend]);
  }
  // Addresses can be looked up from the slot after the one that added them.
  await nextSlot(connection);
  const { value } = await connection.getAddressLookupTable(lookupTable);
  return value!;
}
