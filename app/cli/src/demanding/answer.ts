import { count, formatSol } from '@commonwire/sdk/core';
import {
  answerDemand,
  type Demand,
  fetchOpenDemands,
  LedgerTree,
  ledgerLeaves,
  provenLeaf,
  readPublishedLedger,
} from '@commonwire/sdk/network';
import type { TransactionInstruction } from '@solana/web3.js';
import { printTransactions } from '../print';
import { type Context, requireDemand, requireIndex, requirePending } from './context';

/** Shows the leaves that are demanded, or one of them. @param read files of the dataset @returns the exit status */
export async function answerDemands(
  { connection, account, signing, json, dryRun, write }: Context,
  index: number | undefined,
  read: (epoch: bigint) => (sha256: string) => Promise<Uint8Array>,
): Promise<number> {
  const pending = requirePending(account);
  const { epoch, attempt } = pending;
  const { address: network } = account;
  if (index !== undefined) requireIndex(pending, index);
  const demands: Demand[] =
    index === undefined
      ? await fetchOpenDemands(connection, account)
      : [await requireDemand(connection, { network, epoch, attempt, index })];
  const transactions: TransactionInstruction[][] = [];
  if (demands.length > 0) {
    const entries = await readPublishedLedger(pending, read(epoch));
    const tree = LedgerTree.fromLeaves(ledgerLeaves(entries));
    for (const demand of demands) {
      const leaf = provenLeaf(tree, demand.index, entries[demand.index]!);
      transactions.push([answerDemand({ ...demand, answerer: signing.signer, leaf })]);
    }
  }
  const bond = demands.reduce((sum, demand) => sum + demand.bond, 0n);
  const devices = demands.map((demand) => demand.index);
  const effect = `${count(devices.length, 'leaf shown', 'leaves shown')} of epoch ${epoch}, attempt ${attempt}`;
  if (signing.prints) {
    const effects = [`${effect}: devices ${devices.join(', ')}, for ${formatSol(bond, ',')} SOL`];
    return printTransactions({ signing, connection, transactions, effects, json, dryRun, write });
  }
  const signatures: string[] = [];
  for (const instructions of transactions) signatures.push(await signing.send(connection, instructions));
  if (json) {
    write(JSON.stringify({ epoch: Number(epoch), attempt, shown: devices, bond: `${bond}`, signatures }));
    return 0;
  }
  write(effect);
  for (const [i, device] of devices.entries())
    write(`shown      device ${device}, transaction ${signatures[i]}`);
  if (bond > 0n) write(`received   ${formatSol(bond, ',')} SOL`);
  return 0;
}
