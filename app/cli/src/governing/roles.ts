import type { NetworkAccount } from '@commonwire/sdk/network';
import type { PublicKey } from '@solana/web3.js';

/** An account that may take an action, and its role in the network. */
export interface Role {
  name: string;
  address: PublicKey;
}

/** No role is needed: the program takes these from anybody. */
export const anybody = (): Role[] => [];

export const byAuthority = ({ authority }: NetworkAccount): Role[] => [
  { name: 'authority', address: authority },
];

/** The network and the signer, as instructions take them. */
export const by = ({ account, signer }: { account: NetworkAccount; signer: PublicKey }) => ({
  network: account.address,
  authority: signer,
});
