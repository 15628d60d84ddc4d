import type { PublicKey, TransactionInstruction } from '@solana/web3.js';
import { bn } from '../../core/anchor-values';
import { buffer, concat, ofLength, u32, u64 } from '../../core/bytes';
import { KeyType } from '../../core/device-key';
import { eventAuthority, registryAddress } from '../addresses';
import { instruction, PROGRAM_ID } from '../program';
import { setLastBytes } from './last-bytes';

/** A device as its owner registers it; the registry adds owner and index. */
export interface NewDevice {
  /** Ed25519: 32 bytes; P-256: 33, compressed. */
  publicKey: Uint8Array;
  h3Cell: bigint;
  /** In the kind's unit: W, kbit/s, bays. */
  capacity: number;
}

/** Registers devices of one kind and key type for one owner. 80 fit a transaction that the owner pays, 20 of version 0. */
export function registerDevices(args: {
  network: PublicKey;
  owner: PublicKey;
  /** Pays the fee, see `registrationFee`. Default: the owner. */
  payer?: PublicKey;
  kind: number;
  keyType?: KeyType;
  devices: readonly NewDevice[];
  /** Most lamports that the registration may cost; fails with `fee-above-maximum` if the policy asks for more. */
  maxFee: bigint;
}): TransactionInstruction {
  const { network, owner, payer = owner, kind, keyType = KeyType.ed25519 } = args;
  const keyBytes = keyType === KeyType.p256 ? 33 : 32;
  const devices = args.devices.map(({ publicKey, h3Cell, capacity }) =>
    concat(ofLength(keyBytes, publicKey, 'a device key'), u64(h3Cell), u32(capacity)),
  );
  const built = instruction(
    'registerDevices',
    { kind, keyType, maxFee: bn(args.maxFee), devices: buffer(new Uint8Array()) },
    {
      owner,
      payer,
      network,
      registry: registryAddress(network),
      eventAuthority: eventAuthority(),
      program: PROGRAM_ID,
    },
  );
  return setLastBytes(built, concat(...devices));
}
