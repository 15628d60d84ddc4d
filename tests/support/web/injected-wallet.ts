import { signEd25519 } from '@commonwire/sdk/core';
import type { Keypair } from '@solana/web3.js';
import type { Page } from 'playwright-core';

const VERSION_1 = 0x81;
const SIGNATURE_BYTES = 64;

/** A wallet as a browser's extension would bring it. */
export interface InjectedWallet {
  name: string;
  key: Keypair;
  /** Versions of transactions that it signs. */
  versions: readonly ('legacy' | 0 | 1)[];
  /** Whether its owner declines every signature. */
  declines?: boolean;
}

/**
 * Registers a wallet by the Wallet Standard on every page that is opened from now on. The key stays outside the browser,
 * as a hardware wallet's does.
 */
export async function injectWallet(page: Page, wallet: InjectedWallet): Promise<void> {
  const { name, key, versions, declines = false } = wallet;
  await page.exposeFunction(`signIn${name}`, (wire: number[]) => [...signedBy(key, Uint8Array.from(wire))]);
  const given = JSON.stringify({
    name,
    versions,
    declines,
    address: key.publicKey.toBase58(),
    publicKey: [...key.publicKey.toBytes()],
  });
  await page.addInitScript(`(${register})(${given})`);
}

/** Runs in the browser, as text: Node's types know neither window nor events. */
const register = `({ name, versions, declines, address, publicKey }) => {
  const account = {
    address,
    publicKey: Uint8Array.from(publicKey),
    chains: ['solana:localnet'],
    features: ['solana:signTransaction'],
  };
  const wallet = {
    version: '1.0.0',
    name,
    icon: 'data:image/svg+xml;base64,PHN2Zy8+',
    chains: ['solana:localnet'],
    accounts: [],
    features: {
      'standard:connect': { version: '1.0.0', connect: async () => ({ accounts: [account] }) },
      'solana:signTransaction': {
        version: '1.0.0',
        supportedTransactionVersions: versions,
        signTransaction: async (...inputs) => {
          if (declines) throw new Error('User rejected the request.');
          return Promise.all(inputs.map(async ({ transaction }) => ({
            signedTransaction: Uint8Array.from(await window['signIn' + name]([...transaction])),
          })));
        },
      },
    },
  };
  const registerWith = (api) => api.register(wallet);
  window.addEventListener('wallet-standard:app-ready', ({ detail }) => registerWith(detail));
  window.dispatchEvent(new CustomEvent('wallet-standard:register-wallet', { detail: registerWith }));
}`;

/** Signs as the only signer: version 1 has its signature behind the message, older ones before it. */
export function signedBy(key: Keypair, wire: Uint8Array): Uint8Array {
  const isV1 = wire[0] === VERSION_1;
  const message = isV1 ? wire.slice(0, -SIGNATURE_BYTES) : wire.slice(1 + SIGNATURE_BYTES);
  const signature = signEd25519(message, {
    publicKey: key.publicKey.toBytes(),
    secretKey: key.secretKey,
  });
  const result = Uint8Array.from(wire);
  result.set(signature, isV1 ? wire.length - SIGNATURE_BYTES : 1);
  return result;
}
