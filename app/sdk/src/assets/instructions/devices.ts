import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { bn } from '../../core/anchor-values';
import { buffer, concat } from '../../core/bytes';
import { networkProgram, registerDevices, retireDevice } from '../../network';
import type { Asset } from '../accounts';
import { instruction } from '../program';

/** Both programs tell instructions by one byte. */
const DISCRIMINATOR_BYTES = 1;

/** Arguments of both instructions, in whose place others are put. */
const NOTHING = {
  ...{ kind: 0, keyType: 0, maxFee: bn(0n), devices: buffer(new Uint8Array()) },
  ...{ index: 0, earned: bn(0n), proof: buffer(new Uint8Array()) },
};

interface OfAuthority {
  asset: Asset;
  /** Pays the network's fee or the record's rent, and signs. Default: the authority. */
  payer?: PublicKey;
}

/** Registers devices that the asset owns, in a network that pays in one of its tokens. The authority signs. */
export const registerAssetDevices = (
  args: OfAuthority & Omit<Parameters<typeof registerDevices>[0], 'owner' | 'payer'>,
): TransactionInstruction => {
  const { asset, payer = asset.authority } = args;
  const of = registerDevices({ ...args, owner: asset.address, payer });
  const [, , network, registry, , eventAuthority] = of.keys.map(({ pubkey }) => pubkey);
  const accounts = {
    network: network!,
    registry: registry!,
    record: asset.address,
    eventAuthority: eventAuthority!,
  };
  return signedByAsset('registerDevices', of, asset, payer, accounts);
};

/** Retires a device that the asset owns: it earns nothing more. The authority signs. */
export const retireAssetDevice = (
  args: OfAuthority & Omit<Parameters<typeof retireDevice>[0], 'payer'>,
): TransactionInstruction => {
  const { asset, payer = asset.authority } = args;
  const of = retireDevice({ ...args, payer });
  const [, , network, registry, record, , eventAuthority] = of.keys.map(({ pubkey }) => pubkey);
  const accounts = {
    network: network!,
    registry: registry!,
    record: record!,
    eventAuthority: eventAuthority!,
  };
  return signedByAsset('retireDevice', of, asset, payer, accounts);
};

/** The network's instruction as the assets program makes it: with the same arguments, and the asset's signature. */
function signedByAsset(
  name: 'registerDevices' | 'retireDevice',
  { data }: TransactionInstruction,
  asset: Asset,
  payer: PublicKey,
  accounts: Record<'network' | 'registry' | 'record' | 'eventAuthority', PublicKey>,
): TransactionInstruction {
  const built = instruction(name, NOTHING, {
    authority: asset.authority,
    payer,
    asset: asset.address,
    networkProgram: networkProgram.address,
    ...accounts,
  });
  // Anchor's coder takes up to 1,000 bytes of arguments, and many devices have more.
  built.data = buffer(
    concat(built.data.subarray(0, DISCRIMINATOR_BYTES), data.subarray(DISCRIMINATOR_BYTES)),
  );
  return built;
}
