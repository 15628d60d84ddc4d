import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { bn } from '../../core/anchor-values';
import { buffer, concat } from '../../core/bytes';
import { eventAuthority, ownerRecordAddress, registryAddress } from '../addresses';

import { instruction, PROGRAM_ID } from '../program';
import type { ProvenLeaf } from './challenge';

interface ChangeOwner {
  network: PublicKey;
  /** Pays the record's rent if the device has no record yet. Default: the owner. */
  payer?: PublicKey;
  /** The device's leaf under the current root. Its owner signs. */
  leaf: ProvenLeaf;
}

/**
 * Transfers a device to another owner, together with whatever is due on it: settle it first to keep that. The ledger
 * shows the new owner from the epoch named in the device's owner record.
 */
export const transferDevice = (args: ChangeOwner & { newOwner: PublicKey }): TransactionInstruction =>
  instruction('transferDevice', { ...leafArguments(args), newOwner: args.newOwner }, accounts(args));

/** Retires a device: it earns nothing more, and its key may be registered again. */
export const retireDevice = (args: ChangeOwner): TransactionInstruction =>
  instruction('retireDevice', leafArguments(args), accounts(args));

const leafArguments = ({ leaf: { index, earned, proof } }: ChangeOwner) => ({
  index,
  earned: bn(earned),
  proof: buffer(concat(...proof)),
});

const accounts = ({ network, leaf: { index, owner }, payer = owner }: ChangeOwner) => ({
  owner,
  payer,
  network,
  registry: registryAddress(network),
  record: ownerRecordAddress({ network, index }),
  eventAuthority: eventAuthority(),
  program: PROGRAM_ID,
});
