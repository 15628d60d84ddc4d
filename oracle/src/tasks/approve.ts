import { PublicKey } from '@solana/web3.js';
import type { ChainNetwork } from '../chain/chain';
import { factsOf } from '../epoch/facts';
import { checkSignature, signedFor } from '../epoch/signing';
import type { Oracle } from '../runtime/oracle';

/** How many epochs after its own an approval may be closed, by the program's rule. */
const KEPT_EPOCHS = 2;
/** How far to look back for approvals to close, as after a time in which this oracle was stopped. */
const LOOK_BACK_EPOCHS = 8;
const CLOSED = 'approvals-closed';

/**
 * Where the cluster can't verify signatures in programs, approves on chain what this oracle has signed about the next epoch,
 * in the latest attempt that the chain accepts. An approval is made from the stored signature, so that it can't contradict
 * one. Approvals that aren't needed any more are closed for their rent.
 */
export async function approve(oracle: Oracle): Promise<void> {
  const { chain } = oracle;
  if (!chain.canSend || !(await chain.needsApprovals())) return;
  const network = await chain.readNetwork('latest');
  await approveNext(oracle, network);
  await closeOld(oracle, network.current.epoch);
}

async function approveNext(oracle: Oracle, network: ChainNetwork): Promise<void> {
  const { chain, address, signer, events } = oracle;
  const epoch = network.current.epoch + 1;
  if (network.pending || !network.committee.keys.includes(address)) return;
  const message = (await signedMessages(oracle, epoch))
    .filter(
      ({ attempt, committeeVersion }) =>
        attempt >= network.attempt && committeeVersion === network.committee.version,
    )
    .at(-1);
  if (!message || network.paused(await chain.time())) return;
  if ((await chain.approvedBy(message, [keyOf(oracle)])).length > 0) return;
  const sent = await chain.approve(message, signer);
  events.emit('approved', { epoch, attempt: message.attempt, ...sent });
}

/** The latest epoch up to which each oracle has closed its approvals. */
const closedUntil = new WeakMap<Oracle, number>();

async function closeOld(oracle: Oracle, current: number): Promise<void> {
  const last = current - KEPT_EPOCHS;
  const from = Math.max(1, last - LOOK_BACK_EPOCHS + 1, (closedUntil.get(oracle) ?? 0) + 1);
  for (let epoch = from; epoch <= last; epoch++) {
    const facts = factsOf(oracle.store, epoch);
    if (!(await facts.read(CLOSED)))
      for (const message of await signedMessages(oracle, epoch))
        await oracle.chain.closeApproval(message, keyOf(oracle));
    await facts.decide(CLOSED, true);
    closedUntil.set(oracle, epoch);
  }
}

/** The messages that this oracle signed for an epoch, ordered by attempt. */
const signedMessages = async ({ store, address }: Oracle, epoch: number) =>
  (await signedFor(store, epoch)).flatMap((one) => checkSignature(address, one)?.message ?? []);

const keyOf = ({ address }: Oracle): Uint8Array => new PublicKey(address).toBytes();
