import type { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import { assetsProgram, readAssetEffects } from '../assets';
import { AccountError } from '../core/program';
import { programName } from '../core/program-errors';
import { networkOf, networkProgram, readNetworkEffects } from '../network';
import { stakeProgram } from '../stake';
import type { ProposalAccount, ProposedAction } from './accounts';
import { treasuryAddress } from './addresses';
import { plainEffects } from './plain-effects';
import { GOVERNANCE_PROGRAM_ID } from './program';

/** What one instruction of an action does. */
export interface ActionEffects {
  action: ProposedAction;
  instruction: TransactionInstruction;
  /** One line for each effect, from the present state to the next. */
  effects: string[];
  /** What a voter should know before anything else; mostly nothing, and nothing of what was executed. */
  warnings: string[];
}

/**
 * Says in words what each instruction of a proposal would do now, as the commands say it that propose it: what it changes, from
 * what to what. What can't be put into words is shown as it is, with a warning, and never left out.
 */
export async function proposalEffects(
  connection: Connection,
  { actions, governance }: Pick<ProposalAccount, 'actions' | 'governance'>,
): Promise<ActionEffects[]> {
  const all = actions.flatMap((action) => action.executed.map((instruction) => ({ action, instruction })));
  const told: ActionEffects[] = [];
  // One after the other: what a permit allows depends on the instructions before.
  for (const [at, { action, instruction }] of all.entries()) {
    const earlier = all.slice(0, at).map((one) => one.instruction);
    const { effects, warnings } = await actionEffects(connection, instruction, earlier);
    // What was executed can't be stopped, and what would become of it once more says nothing.
    const isOver = action.executedAt !== null;
    told.push({
      ...{ action, instruction, effects },
      warnings: isOver ? [] : [...warnings, ...foreignSigners(instruction, governance)],
    });
  }
  return told;
}

/** A governance signs as its treasury or itself. Another's signature would be that of whoever executes. */
function foreignSigners({ keys }: TransactionInstruction, governance: PublicKey): string[] {
  const own = [governance, treasuryAddress(governance)];
  return keys
    .filter(({ pubkey, isSigner }) => isSigner && !own.some((key) => key.equals(pubkey)))
    .map(
      ({ pubkey }) =>
        `${pubkey} must sign it, which is not the treasury of this DAO: whoever executes it as that could lose what is in that wallet`,
    );
}

/**
 * Says in words what one instruction does.
 * @param earlier what is executed before it
 */
export async function actionEffects(
  connection: Connection,
  instruction: TransactionInstruction,
  earlier: readonly TransactionInstruction[] = [],
): Promise<Pick<ActionEffects, 'effects' | 'warnings'>> {
  try {
    const network = networkOf(instruction);
    if (network) {
      const { effects, warnings } = await readNetworkEffects(connection, instruction);
      return { effects: [`network ${network}`, ...effects], warnings };
    }
    const { about, effects, warnings } = await readAssetEffects(connection, instruction, earlier);
    if (effects.length > 0) return { effects: [...(about ? [about] : []), ...effects], warnings };
    const plain = await plainEffects(connection, instruction);
    if (plain) return { effects: plain, warnings: [] };
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
    return { effects: [raw(instruction)], warnings: [`it can't be put into words: ${error.message}`] };
  }
  return { effects: [raw(instruction)], warnings: [whyRaw(instruction)] };
}

/** The programs of this software. */
const OWN = [networkProgram, assetsProgram, stakeProgram];

/** Why an instruction is shown as it is. */
function whyRaw(instruction: TransactionInstruction): string {
  const { programId } = instruction;
  if (programId.equals(GOVERNANCE_PROGRAM_ID))
    return 'it is for SPL Governance itself: it may change who decides in this DAO, and how';
  const own = OWN.find(({ address }) => address.equals(programId));
  if (own)
    return own.read(instruction)
      ? `it can't be put into words: an instruction of the ${own.name} program that others send`
      : `it can't be put into words: this version does not know this instruction of the ${own.name} program`;
  // Whoever knows the software's words, and not its addresses, would take it for the real thing.
  const copied = OWN.flatMap((program) => {
    const read = program.read({ ...instruction, programId: program.address });
    return read ? [`${read.name} of the ${program.name} program ${program.address}`] : [];
  });
  if (copied.length > 0)
    return `it looks like ${copied.join(' or ')}, but it goes to another program, ${programId}, which may do anything`;
  return `it can't be put into words: nothing is known here of what program ${programId} does with it`;
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
