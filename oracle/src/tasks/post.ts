import { equal, fromHex, toHex } from '@commonwire/sdk/core';
import { PublicKey } from '@solana/web3.js';
import type { ChainNetwork } from '../chain/chain';
import { parseAnyManifest } from '../domain';
import { fetchBlob } from '../epoch/dataset';
import { peerSignatures } from '../epoch/observed';
import { type CheckedSignature, checkSignature, signedFor } from '../epoch/signing';
import type { Oracle } from '../runtime/oracle';
import { isMyTurn, sendUnlessDone } from './turns';

/**
 * Posts the epoch once enough committee members have signed the same message. While it is pending, peers are still
 * asked for the signatures they made and observed, to find members that signed different messages for different peers.
 */
export async function post(oracle: Oracle): Promise<void> {
  const network = await oracle.chain.readNetwork('latest');
  const epoch = network.current.epoch + 1;
  if (network.pending) {
    await peerSignatures(oracle, network, network.pending.epoch);
    return;
  }
  if (!network.cutOf(epoch)) return;
  const { threshold, keys } = network.committee;
  const agreed = await agreement(oracle, network, epoch);
  if (!agreed) return;
  const { message } = agreed[0]!;
  if (!(await isMyTurn(oracle, { task: 'post', epoch, keys, attempt: message.attempt }))) return;
  const signatures = (await usable(oracle, agreed)).slice(0, threshold);
  if (signatures.length < threshold) return;
  const opening = await openingOf(oracle, epoch, toHex(message.datasetHash));
  const sent = await sendUnlessDone(
    oracle,
    () => oracle.chain.post(message, signatures, opening),
    ({ pending, current }) => pending?.epoch === epoch || current.epoch >= epoch,
  );
  if (sent) oracle.events.emit('posted', { epoch, attempt: message.attempt, signers: threshold, ...sent });
}

/** Returns the signatures that the chain takes: where it can't verify any, those of members who have approved on chain too. */
async function usable({ chain }: Oracle, agreed: readonly CheckedSignature[]) {
  const signatures = agreed.map(({ oracle, signature }) => ({
    publicKey: new PublicKey(oracle).toBytes(),
    signature,
  }));
  if (!(await chain.needsApprovals())) return signatures;
  const keys = signatures.map(({ publicKey }) => publicKey);
  const approved = await chain.approvedBy(agreed[0]!.message, keys);
  return signatures.filter(({ publicKey }) => approved.some((key) => equal(key, publicKey)));
}

/** Returns the preimage of the ledger's root, from the manifest that the epoch's message names. */
async function openingOf(oracle: Oracle, epoch: number, datasetHash: string): Promise<Uint8Array> {
  const manifest = parseAnyManifest(await fetchBlob(oracle, epoch, datasetHash));
  return fromHex(manifest.ledger_opening);
}

/** Returns signatures of the same message for this epoch by at least the threshold of members, in committee order. */
async function agreement(
  oracle: Oracle,
  network: ChainNetwork,
  epoch: number,
): Promise<CheckedSignature[] | undefined> {
  const { threshold, keys, version } = network.committee;
  const own = (await signedFor(oracle.store, epoch)).flatMap(
    (signed) => checkSignature(oracle.address, signed) ?? [],
  );
  const groups = new Map<string, Map<string, CheckedSignature>>();
  for (const checked of [...own, ...(await peerSignatures(oracle, network, epoch))]) {
    const { message, bytes } = checked;
    if (!keys.includes(checked.oracle) || message.epoch !== BigInt(epoch)) continue;
    if (message.attempt < network.attempt || message.committeeVersion !== version) continue;
    const name = toHex(bytes);
    groups.set(name, (groups.get(name) ?? new Map()).set(checked.oracle, checked));
  }
  const enough = [...groups.values()].filter((group) => group.size >= threshold);
  const byAttempt = (group: Map<string, CheckedSignature>) => [...group.values()][0]!.message.attempt;
  const group = enough.sort((a, b) => byAttempt(a) - byAttempt(b))[0];
  return group && keys.flatMap((key) => group.get(key) ?? []);
}
