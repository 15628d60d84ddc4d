import { PublicKey } from '@solana/web3.js';
import { checkSignature, signedFor } from '../epoch/signing';
import type { Oracle } from '../runtime/oracle';

/**
 * Where the cluster can't verify signatures in programs, approves on chain what this oracle has signed about the next epoch,
 * in the latest attempt that the chain accepts. An approval is made from the stored signature, so that it can't contradict
 * one.
 */
export async function approve(oracle: Oracle): Promise<void> {
  const { chain, address, store, signer, events } = oracle;
  if (!chain.canSend || !(await chain.needsApprovals())) return;
  const network = await chain.readNetwork('latest');
  const epoch = network.current.epoch + 1;
  if (network.pending || !network.committee.keys.includes(address)) return;
  const signed = (await signedFor(store, epoch)).flatMap((one) => checkSignature(address, one) ?? []);
  const message = signed
    .map((one) => one.message)
    .filter(
      ({ attempt, committeeVersion }) =>
        attempt >= network.attempt && committeeVersion === network.committee.version,
    )
    .at(-1);
  if (!message) return;
  const key = new PublicKey(address).toBytes();
  if ((await chain.approvedBy(message, [key])).length > 0) return;
  const sent = await chain.approve(message, signer);
  events.emit('approved', { epoch, attempt: message.attempt, ...sent });
}
