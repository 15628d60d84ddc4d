import {
  decodeTransferCheckedInstruction,
  decodeTransferInstruction,
  TOKEN_2022_PROGRAM_ID,
  TOKEN_PROGRAM_ID,
} from '@solana/spl-token';
import {
  type Connection,
  SystemInstruction,
  SystemProgram,
  type TransactionInstruction,
} from '@solana/web3.js';
import { UPGRADEABLE_LOADER } from '../core/foreign-errors';
import { programName } from '../core/program-errors';
import { fetchNetwork, networkEffects, networkOf } from '../network';
import type { ProposalAccount } from './accounts';

/**
 * Says in words what each action of a proposal would do now, as `commonwire govern` says it of the same action: what it
 * changes, from what to what, one line each. What can't be put into words is shown as it is, never left out: an action may
 * hold several instructions, and the first says nothing of the others.
 */
export function proposalEffects(
  connection: Connection,
  { actions }: Pick<ProposalAccount, 'actions'>,
): Promise<string[][]> {
  return Promise.all(
    actions.map(async ({ executes }) =>
      (await Promise.all(executes.map((instruction) => actionEffects(connection, instruction)))).flat(),
    ),
  );
}

/** Says in words what one instruction does. */
export async function actionEffects(
  connection: Connection,
  instruction: TransactionInstruction,
): Promise<string[]> {
  const network = networkOf(instruction);
  if (network) {
    const effects = networkEffects(instruction, await fetchNetwork(connection, network));
    if (effects.length > 0) return [`network ${network}`, ...effects];
  }
  return plain(instruction) ?? [raw(instruction)];
}

/** `Upgrade` of the upgradeable loader. */
const UPGRADE = 3;
const TRANSFER = 3;
const TRANSFER_CHECKED = 12;

/** Moves of money, and upgrades; undefined for anything else. */
function plain(instruction: TransactionInstruction): string[] | undefined {
  const { programId, keys, data } = instruction;
  if (programId.equals(SystemProgram.programId)) {
    if (SystemInstruction.decodeInstructionType(instruction) !== 'Transfer') return undefined;
    const { fromPubkey, toPubkey, lamports } = SystemInstruction.decodeTransfer(instruction);
    return [`${lamports} lamports go from ${fromPubkey} to ${toPubkey}`];
  }
  if (programId.equals(TOKEN_PROGRAM_ID) || programId.equals(TOKEN_2022_PROGRAM_ID)) {
    if (data[0] !== TRANSFER && data[0] !== TRANSFER_CHECKED) return undefined;
    const decoded =
      data[0] === TRANSFER
        ? decodeTransferInstruction(instruction, programId)
        : decodeTransferCheckedInstruction(instruction, programId);
    const { source, destination } = decoded.keys;
    return [
      `${decoded.data.amount} base units go from token account ${source.pubkey} to ${destination.pubkey}`,
    ];
  }
  if (programId.toBase58() === UPGRADEABLE_LOADER && data.length === 4 && data[0] === UPGRADE)
    return [`program ${keys[1]?.pubkey} is replaced by what buffer ${keys[2]?.pubkey} holds`];
  return undefined;
}

function raw({ programId, keys, data }: TransactionInstruction): string {
  const name = programName(programId.toBase58());
  const which = name === programId.toBase58() ? name : `${name} (${programId})`;
  const accounts = keys.map(
    ({ pubkey, isSigner, isWritable }) =>
      `${pubkey}${isSigner ? ' signs' : ''}${isWritable ? ' is written' : ''}`,
  );
  return `an instruction of program ${which} with data ${data.toString('base64')} and accounts ${accounts.join(', ')}`;
}
