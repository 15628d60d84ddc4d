import { CommonwireError } from '@commonwire/sdk/core';
import { type AccountInfo, type Connection, PublicKey } from '@solana/web3.js';
import { LOADER, programDataAddress } from './instructions';

/** The reason why a program can't be deployed. Codes are stable; new ones may be added. */
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

/** Header sizes: a u32 tag and an optional authority; in program data also a u64 slot between them. */
export const BUFFER_HEADER = 37;
export const PROGRAM_DATA_HEADER = 45;
/** Size of a program account: a u32 tag and the address of its program data. */
export const PROGRAM_SIZE = 36;

const TAG = { buffer: 1, program: 2, programData: 3 } as const;

/** A program on chain. */
export interface DeployedProgram {
  programData: PublicKey;
  /** Null if the program is final. */
  upgradeAuthority: PublicKey | null;
  /** The slot of its last deployment. */
  slot: bigint;
  /** The binary, followed by zeros if the account has room for a larger one. */
  bytes: Uint8Array;
}

/** A buffer with an uploaded program. */
export interface ProgramBuffer {
  authority: PublicKey | null;
  lamports: number;
  bytes: Uint8Array;
}

/**
 * Reads a program with its bytes; null if there is nothing, or only lamports, at the address.
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
      `${address} is an account of ${program.owner}, not an upgradeable program: use another program key pair`,
    );
  }
  if (!data || !isOf(data, TAG.programData)) {
    throw new DeployError(
      'program-closed',
      `program ${address} was closed, and its address can't be used again: use another program key pair`,
    );
  }
  return {
    programData,
    upgradeAuthority: optionalAddress(data.data, 12),
    slot: data.data.readBigUInt64LE(4),
    bytes: data.data.subarray(PROGRAM_DATA_HEADER),
  };
}

/** Reads a buffer; null if the account is missing or not a buffer. */
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
