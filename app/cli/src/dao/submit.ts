import { address, flag, Signing, signingOptions } from '@commonwire/sdk/node';
import type { Connection, TransactionInstruction } from '@solana/web3.js';
import { z } from 'zod';
import { printTransactions } from '../print';
import { type DaoOf, proposing } from './propose';

/** Options by which an action is proposed instead of being taken. */
export const proposalOptions = {
  propose: address.optional(),
  title: z.string().max(200, 'is longer than 200 characters').optional(),
  link: z.url('is not an address').optional(),
};

/** Help for them. */
export const PROPOSAL_USAGE = `  --propose POOL     does not do it but proposes it to the DAO of this pool's stakers, whose treasury has the role
  --title TEXT       of the proposal; default: what the action does
  --link URL         where people read about the proposal`;

const schema = z.object({ ...signingOptions, ...proposalOptions, json: flag });

/** An action that is proposed, with what it does. */
interface Submission {
  instruction: TransactionInstruction;
  effects: string[];
  /** Shown beside the rest. */
  facts: { network: string; action: string };
  values: z.output<typeof schema>;
  write: (line: string) => void;
}

/** Proposes an action to a DAO instead of taking it. @throws CommonwireError */
export async function submit(
  connection: Connection,
  dao: DaoOf,
  { instruction, effects, facts, values, write }: Submission,
): Promise<void> {
  const { json, title = `${facts.action}: ${effects.join('; ')}`.slice(0, 200), link = '' } = values;
  const signing = Signing.read(values);
  const about = { name: title, link, action: instruction };
  const { proposal, transactions } = await proposing(connection, signing, dao, about);
  const said = { ...facts, proposal: proposal.toBase58() };
  if (signing.prints) {
    await printTransactions({ signing, connection, transactions, effects, json, write, facts: said });
    return;
  }
  const signatures: string[] = [];
  for (const instructions of transactions) signatures.push(await signing.send(connection, instructions));
  if (json) {
    write(JSON.stringify({ ...said, signer: signing.signer, effects, signatures }));
    return;
  }
  for (const line of effects) write(`proposed   ${line}`);
  write(`proposal   ${proposal}`);
  write(`next       commonwire dao vote --proposal ${proposal} --answer yes`);
}
