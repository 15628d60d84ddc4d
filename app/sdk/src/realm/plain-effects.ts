import {
  ACCOUNT_SIZE,
  AccountLayout,
  ASSOCIATED_TOKEN_PROGRAM_ID,
  decodeApproveInstruction,
  decodeMintToInstruction,
  decodeTransferCheckedInstruction,
  decodeTransferInstruction,
  TOKEN_2022_PROGRAM_ID,
  TOKEN_PROGRAM_ID,
} from '@solana/spl-token';
import {
  type Connection,
  type PublicKey,
  SystemInstruction,
  SystemProgram,
  type TransactionInstruction,
} from '@solana/web3.js';
import { formatSol } from '../core/amounts';
import { UPGRADEABLE_LOADER } from '../core/foreign-errors';

/** Numbers of instructions of the token programs, and the accounts of each. */
const TRANSFER = 3;
const APPROVE = 4;
const MINT_TO = 7;
const TRANSFER_CHECKED = 12;
/** `Upgrade` of the upgradeable loader, and its accounts. */
const UPGRADE = 3;
const UPGRADE_ACCOUNTS = 7;
/** `CreateIdempotent` of the program of associated accounts, and its accounts. */
const CREATE_IDEMPOTENT = 1;
const CREATE_ACCOUNTS = 6;
/** A number of 4 bytes and lamports of 8. */
const SYSTEM_TRANSFER_BYTES = 12;

/** Says what moves money, opens a token account or replaces a program; undefined for anything else. */
export async function plainEffects(
  connection: Connection,
  instruction: TransactionInstruction,
): Promise<string[] | undefined> {
  const { programId, keys, data } = instruction;
  try {
    if (programId.equals(SystemProgram.programId)) return sol(instruction);
    if (programId.equals(TOKEN_PROGRAM_ID) || programId.equals(TOKEN_2022_PROGRAM_ID))
      return await tokens(connection, instruction);
  } catch {
    // What these programs' own clients can't read has no words here.
    return undefined;
  }
  if (programId.equals(ASSOCIATED_TOKEN_PROGRAM_ID)) {
    if (data.length > 1 || (data[0] ?? 0) > CREATE_IDEMPOTENT || keys.length !== CREATE_ACCOUNTS)
      return undefined;
    const [payer, account, owner, mint] = keys.map(({ pubkey }) => pubkey);
    return [`${payer} opens token account ${account} of mint ${mint} for ${owner}`];
  }
  const isUpgrade =
    programId.toBase58() === UPGRADEABLE_LOADER &&
    data.length === 4 &&
    data.readUInt32LE() === UPGRADE &&
    keys.length === UPGRADE_ACCOUNTS;
  return isUpgrade
    ? [`program ${keys[1]!.pubkey} is replaced by what buffer ${keys[2]!.pubkey} holds`]
    : undefined;
}

function sol(instruction: TransactionInstruction): string[] | undefined {
  if (instruction.data.length !== SYSTEM_TRANSFER_BYTES || instruction.keys.length !== 2) return undefined;
  if (SystemInstruction.decodeInstructionType(instruction) !== 'Transfer') return undefined;
  const { fromPubkey, toPubkey, lamports } = SystemInstruction.decodeTransfer(instruction);
  return [`${formatSol(lamports, ',')} SOL go from ${fromPubkey} to ${toPubkey}`];
}

async function tokens(
  connection: Connection,
  instruction: TransactionInstruction,
): Promise<string[] | undefined> {
  const { programId, keys, data } = instruction;
  const fits = (accounts: number, bytes: number) => keys.length === accounts && data.length === bytes;
  if (data[0] === TRANSFER && fits(3, 9)) {
    const decoded = decodeTransferInstruction(instruction, programId);
    const { source, destination } = decoded.keys;
    return [
      `${decoded.data.amount} base units of ${await mintAt(connection, source.pubkey)} go from token account ${source.pubkey} ` +
        `to ${await ownedBy(connection, destination.pubkey)}`,
    ];
  }
  if (data[0] === TRANSFER_CHECKED && fits(4, 10)) {
    const decoded = decodeTransferCheckedInstruction(instruction, programId);
    const { source, destination, mint } = decoded.keys;
    return [
      `${decoded.data.amount} base units of mint ${mint.pubkey} go from token account ${source.pubkey} ` +
        `to ${await ownedBy(connection, destination.pubkey)}`,
    ];
  }
  if (data[0] === APPROVE && fits(3, 9)) {
    const decoded = decodeApproveInstruction(instruction, programId);
    const { account, delegate } = decoded.keys;
    return [
      `${delegate.pubkey} may take ${decoded.data.amount} base units of ${await mintAt(connection, account.pubkey)} out of token account ${account.pubkey}`,
    ];
  }
  if (data[0] === MINT_TO && fits(3, 9)) {
    const decoded = decodeMintToInstruction(instruction, programId);
    const { mint, destination } = decoded.keys;
    return [
      `${decoded.data.amount} base units of mint ${mint.pubkey} are made for ${await ownedBy(connection, destination.pubkey)}`,
    ];
  }
  return undefined;
}

async function accountAt(connection: Connection, address: PublicKey) {
  const info = await connection.getAccountInfo(address);
  if (!info || info.data.length < ACCOUNT_SIZE) return null;
  return AccountLayout.decode(info.data.subarray(0, ACCOUNT_SIZE));
}

async function mintAt(connection: Connection, address: PublicKey): Promise<string> {
  const account = await accountAt(connection, address);
  return account ? `mint ${account.mint}` : 'an unknown mint';
}

/** A token account with the wallet that it belongs to. */
async function ownedBy(connection: Connection, address: PublicKey): Promise<string> {
  const account = await accountAt(connection, address);
  return account
    ? `${account.owner}, token account ${address}`
    : `token account ${address}, which is not there yet`;
}
