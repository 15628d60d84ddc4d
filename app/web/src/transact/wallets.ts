import { getWallets } from '@wallet-standard/app';
import type { Wallet, WalletAccount } from '@wallet-standard/base';

/** The features of the Wallet Standard that transactions use, as its specification has them. */
interface ConnectFeature {
  connect(): Promise<{ accounts: readonly WalletAccount[] }>;
}
interface SignFeature {
  supportedTransactionVersions: readonly ('legacy' | 0 | 1)[];
  signTransaction(
    ...inputs: readonly { account: WalletAccount; transaction: Uint8Array; chain: string }[]
  ): Promise<readonly { signedTransaction: Uint8Array }[]>;
}

const CONNECT = 'standard:connect';
const SIGN = 'solana:signTransaction';

/** A wallet whose owner has let this page see an account. */
export interface Connected {
  /** Base58. */
  address: string;
  /** Whether it signs transactions of version 1, which hold three times as much. */
  takesV1: boolean;
  /** Signs all at once, in their order. Throws whatever the wallet throws, above all if its owner declines. */
  sign(wires: readonly Uint8Array[], chain: string): Promise<Uint8Array[]>;
}

/** Wallets of this browser that can sign Solana transactions. */
export const findWallets = (): Wallet[] =>
  getWallets()
    .get()
    .filter(({ features }) => CONNECT in features && SIGN in features);

/** Tells when another wallet is there. @returns stops telling */
export const onWallets = (tell: () => void): (() => void) => getWallets().on('register', tell);

/** Asks a wallet for an account. Undefined if it shows none. */
export async function connectTo(wallet: Wallet): Promise<Connected | undefined> {
  const { accounts } = await (wallet.features[CONNECT] as ConnectFeature).connect();
  const account = accounts[0];
  if (!account) return undefined;
  const feature = wallet.features[SIGN] as SignFeature;
  return {
    address: account.address,
    takesV1: feature.supportedTransactionVersions.includes(1),
    async sign(wires, chain) {
      const inputs = wires.map((transaction) => ({ account, transaction, chain }));
      const signed = await feature.signTransaction(...inputs);
      return signed.map(({ signedTransaction }) => Uint8Array.from(signedTransaction));
    },
  };
}
