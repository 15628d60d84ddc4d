import { address, flag, Signing, signingOptions } from '@commonwire/sdk/node';
import { ASSOCIATED_TOKEN_PROGRAM_ID } from '@solana/spl-token';
import { type Connection, type PublicKey, TransactionInstruction } from '@solana/web3.js';
import { z } from 'zod';
import { printTransactions } from '../print';
import { packed, sendAll } from '../sending';
import { daoStep } from './next-step';
import { type DaoOf, proposing } from './propose';

/** Options by which an action is proposed instead of being taken. */
export const proposalOptions = {
  propose: address.optional(),
  title: z.string().max(200, 'is longer than 200 characters').optional(),
  link: z.url('is not an address').optional(),
};

/** Help for them. */
export const PROPOSAL_USAGE = `  --propose POOL     does not do it but proposes it to the DAO of this pool's stakers, whose treasury has the role; run
                     again after an interruption, it goes on with the proposal that it finds
  --title TEXT       of the proposal; default: what the action does
  --link URL         where people read about the proposal`;

const schema = z.object({ ...signingOptions, ...proposalOptions, json: flag });

/** Values of these options and of those of signing. */
export type SubmissionValues = z.output<typeof schema>;

/** Instructions that are proposed, with what they do. */
interface Submission {
  instructions: readonly TransactionInstruction[];
  effects: string[];
  /** Shown beside the rest. */
  facts: { action: string } & object;
  values: SubmissionValues;
  write: (line: string) => void;
}

/** Proposes instructions to a DAO instead of sending them, each as an action of its own. @throws CommonwireError */
export async function submit(
  connection: Connection,
  dao: DaoOf,
  { instructions, effects, facts, values, write }: Submission,
): Promise<void> {
  const { json, title = `${facts.action}: ${effects.join('; ')}`.slice(0, 200), link = '' } = values;
  const signing = Signing.read(values);
  const opened = instructions.filter(isOpening).map((one) => paidBy(one, signing.payer));
  const actions = instructions.filter((one) => !isOpening(one));
  const { proposal, groups, found } = await proposing(connection, signing, dao, {
    name: title,
    link,
    actions,
  });
  const isOpen = groups.length === 0;
  const all = isOpen || opened.length === 0 ? groups : [opened, ...groups];
  const transactions = await packed(connection, signing.payer, all, signing.prints);
  const said = { ...facts, proposal: proposal.toBase58() };
  if (signing.prints && !isOpen) {
    await printTransactions({ signing, connection, transactions, effects, json, write, facts: said });
    return;
  }
  if (found && !json) write(`found      proposal ${proposal} ${found}`);
  const signatures = await sendAll(transactions, { connection, signing, nextStep: daoStep() });
  if (json) {
    write(JSON.stringify({ ...said, signer: signing.signer, effects, found: found ?? null, signatures }));
    return;
  }
  for (const line of effects) write(`proposed   ${line}`);
  write(`proposal   ${proposal}`);
  write(`next       commonwire dao vote --proposal ${proposal} --answer yes`);
}

/** Token accounts anybody may open: the proposer does so at once, and the treasury needs no SOL for it. */
const isOpening = ({ programId }: TransactionInstruction): boolean =>
  programId.equals(ASSOCIATED_TOKEN_PROGRAM_ID);

/** The same opening, paid by somebody else: who pays is its first account. */
const paidBy = ({ programId, keys: [payer, ...keys], data }: TransactionInstruction, by: PublicKey) =>
  new TransactionInstruction({ programId, keys: [{ ...payer!, pubkey: by }, ...keys], data });
