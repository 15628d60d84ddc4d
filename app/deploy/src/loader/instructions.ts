import { concat, u32, u64 } from '@commonwire/sdk/core';
import {
  PublicKey,
  SYSVAR_CLOCK_PUBKEY,
  SYSVAR_RENT_PUBKEY,
  SystemProgram,
  TransactionInstruction,
} from '@solana/web3.js';

/**
 * The upgradeable loader (version 3), which owns programs that can be upgraded.
 *
 * The layouts are those of `UpgradeableLoaderInstruction` in Agave's solana-loader-v3-interface: a u32 tag, then the
 * arguments, little-endian. They are defined here because the published client, @solana-program/loader-v3, uses another
 * major version of Kit than this repository and would add about forty packages for seven layouts.
 */
export const LOADER = new PublicKey('BPFLoaderUpgradeab1e11111111111111111111111');

/** Returns the address of the account with a program's bytes and upgrade authority. */
export const programDataAddress = (program: PublicKey): PublicKey =>
  PublicKey.findProgramAddressSync([program.toBytes()], LOADER)[0];

/** Initializes a new account of the loader as a buffer that `authority` can write. */
export const initializeBuffer = (args: { buffer: PublicKey; authority: PublicKey }): TransactionInstruction =>
  make([u32(0)], [writable(args.buffer), readable(args.authority)]);

/** Writes bytes to a buffer; `offset` is counted from the end of its header. */
export const writeChunk = (args: {
  buffer: PublicKey;
  authority: PublicKey;
  offset: number;
  bytes: Uint8Array;
}): TransactionInstruction =>
  make(
    [u32(1), u32(args.offset), u64(BigInt(args.bytes.length)), args.bytes],
    [writable(args.buffer), signer(args.authority)],
  );

/** Deploys a buffer's bytes as a program in a new account of the loader, with room for `maxBytes`. */
export const deployWithMaxDataLen = (args: {
  payer: PublicKey;
  program: PublicKey;
  buffer: PublicKey;
  authority: PublicKey;
  maxBytes: number;
}): TransactionInstruction =>
  make(
    [u32(2), u64(BigInt(args.maxBytes))],
    [
      { ...writable(args.payer), isSigner: true },
      writable(programDataAddress(args.program)),
      writable(args.program),
      writable(args.buffer),
      readable(SYSVAR_RENT_PUBKEY),
      readable(SYSVAR_CLOCK_PUBKEY),
      readable(SystemProgram.programId),
      signer(args.authority),
    ],
  );

/** Replaces a program's bytes with a buffer's; the buffer's lamports go to `spill`. */
export const upgrade = (args: {
  program: PublicKey;
  buffer: PublicKey;
  spill: PublicKey;
  authority: PublicKey;
}): TransactionInstruction =>
  make(
    [u32(3)],
    [
      writable(programDataAddress(args.program)),
      writable(args.program),
      writable(args.buffer),
      writable(args.spill),
      readable(SYSVAR_RENT_PUBKEY),
      readable(SYSVAR_CLOCK_PUBKEY),
      signer(args.authority),
    ],
  );

/** Changes the authority of a buffer or a program data account. The new authority needn't sign. */
export const setAuthority = (args: {
  account: PublicKey;
  authority: PublicKey;
  next: PublicKey;
}): TransactionInstruction =>
  make([u32(4)], [writable(args.account), signer(args.authority), readable(args.next)]);

/** Closes a buffer; its lamports go to `recipient`. */
export const closeBuffer = (args: {
  buffer: PublicKey;
  recipient: PublicKey;
  authority: PublicKey;
}): TransactionInstruction =>
  make([u32(5)], [writable(args.buffer), writable(args.recipient), signer(args.authority)]);

/**
 * Extends a program for a larger binary. Older clusters only know the form that anyone may send (tag 6). Newer ones only
 * accept the form that the authority signs (tag 9).
 */
export const extendProgram = (args: {
  program: PublicKey;
  payer: PublicKey;
  authority: PublicKey;
  bytes: number;
  form: 'checked' | 'open';
}): TransactionInstruction => {
  const checked = args.form === 'checked';
  return make(
    [u32(checked ? 9 : 6), u32(args.bytes)],
    [
      writable(programDataAddress(args.program)),
      writable(args.program),
      ...(checked ? [signer(args.authority)] : []),
      readable(SystemProgram.programId),
      { ...writable(args.payer), isSigner: true },
    ],
  );
};

const readable = (pubkey: PublicKey) => ({ pubkey, isSigner: false, isWritable: false });
const writable = (pubkey: PublicKey) => ({ pubkey, isSigner: false, isWritable: true });
const signer = (pubkey: PublicKey) => ({ pubkey, isSigner: true, isWritable: false });

const make = (data: Uint8Array[], keys: TransactionInstruction['keys']): TransactionInstruction =>
  new TransactionInstruction({ programId: LOADER, keys, data: Buffer.from(concat(...data)) });
