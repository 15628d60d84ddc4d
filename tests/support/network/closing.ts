import { CLOSING_SECONDS, closeNetwork, finishClose } from '@commonwire/sdk/network';
import type { PublicKey } from '@solana/web3.js';
import type { TestNetwork } from './test-network';

/** Begins to close a network. Its heir is the authority if no other is named. */
export const beginClosing = (network: TestNetwork, heir?: PublicKey): Promise<string> => {
  const { address, authority } = network;
  const by = { network: address, authority: authority.publicKey, heir: heir ?? authority.publicKey };
  return network.send(closeNetwork(by), [authority]);
};

/** Closes a network for ever whose owners had their time. */
export async function finishClosing(network: TestNetwork): Promise<string> {
  const { funded, heir } = await network.account();
  if (!funded) await network.openAccounts([heir]);
  return network.send(finishing(network, funded ? undefined : heir));
}

/** What closes a network for ever; `heir` of one that mints. */
export const finishing = ({ address: network, mint, tokenProgram }: TestNetwork, heir?: PublicKey) =>
  finishClose({ network, mint, tokenProgram, ...(heir && { heir }) });

/** Begins to close a network, lets its owners' time pass, and closes it for ever. */
export async function closeForEver(network: TestNetwork, heir?: PublicKey): Promise<void> {
  await beginClosing(network, heir);
  await network.chain.passSeconds(Number(CLOSING_SECONDS));
  await finishClosing(network);
}
