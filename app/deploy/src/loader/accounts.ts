import { CommonwireError } from '@commonwire/sdk/core';
import { type AccountInfo, type Connection, PublicKey } from '@solana/web3.js';
import { LOADER, programDataAddress } from './instructions';

/** A program that can't be deployed as asked. Codes are only ever added. */
export class DeployError extends CommonwireError {
  declare readonly code:
    | 'bad-binary'
    | 'insufficient-funds'
    | 'no-program-key'
    | 'not-a-program'
    | 'program-closed'
    | 'not-upgrade-authority'
    | 'program-final'
    | 'buffer-of-another'
    | 'write-failed'
    | 'verification-failed';
}

/** Bytes before the program's own: tag u32 and an optional authority; in program data a slot u64 between. */
export const BUFFER_HEADER = 37;
export const PROGRAM_DATA_HEADER = 45;
/** A program account: tag u32 and the address of its program data. */
export const PROGRAM_SIZE = 36;

const TAG = { buffer: 1, program: 2, programData: 3 } as const;

/** A program on chain. */
export interface DeployedProgram {
  programData: PublicKey;
  /** Null: nobody can change the program any more. */
  upgradeAuthority: PublicKey | null;
  /** Slot of its last deployment. */
  slot: bigint;
  /** The binary, with zeros behind it where there is room for a larger one. */
  bytes: Uint8Array;
}

/** A buffer on its way to become a program. */
export interface ProgramBuffer {
  authority: PublicKey | null;
  lamports: number;
  bytes: Uint8Array;
}

/**
 * Reads a program with its bytes; null where there is nothing but perhaps lamports at the address.
 * @throws DeployError `not-a-program`, `program-closed`
 */
export async function readProgram(
  connection: Connection,
  address: PublicKey,
): Promise<DeployedProgram | null> {
  const programData = programDataAddress(address);
  const [program, data] = await connection.getMultipleAccountsInfo([address, programData], 'confirmed');
  if (!program || (program.data.length === 0 && !program.executable)) return null;
  if (!isOf(program, TAG.program)) {
    throw new DeployError(
      'not-a-program',
      `${address} is an account of ${program.owner}, not an upgradeable program: take another program key pair`,
    );
  }
  if (!data || !isOf(data, TAG.programData)) {
    throw new DeployError(
      'program-closed',
      `program ${address} was closed, and its address can't be used again: take another program key pair`,
    );
  }
  return {
    programData,
    upgradeAuthority: optionalAddress(data.data, 12),
    slot: data.data.readBigUInt64LE(4),
    bytes: data.data.subarray(PROGRAM_DATA_HEADER),
  };
}

/** Reads a buffer; null where the account is missing or no buffer. */
export async function readBuffer(connection: Connection, address: PublicKey): Promise<ProgramBuffer | null> {
  const info = await connection.getAccountInfo(address, 'confirmed');
  if (!info || !isOf(info, TAG.buffer)) return null;
  return {
    authority: optionalAddress(info.data, 4),
    lamports: info.lamports,
    bytes: info.data.subarray(BUFFER_HEADER),
  };
}

const isOf = ({ owner, data }: AccountInfo<Buffer>, tag: number): boolean =>
  owner.equals(LOADER) && data.length >= PROGRAM_SIZE && data.readUInt32LE(0) === tag;

const optionalAddress = (data: Buffer, offset: number): PublicKey | null =>
  data[offset] === 1 ? new PublicKey(data.subarray(offset + 1, offset + 33)) : null;
