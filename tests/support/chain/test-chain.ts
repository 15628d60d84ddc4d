import type { LocalAccount } from '@commonwire/localnet';
import type { Connection, Keypair } from '@solana/web3.js';

/** The cluster that tests run on: an embedded chain, or any that `COMMONWIRE_RPC_URL` names. */
export interface TestChain {
  connection: Connection;
  /** A wallet with plenty of SOL. */
  payer: Keypair;
  /** Returns once chain time has moved on by so many seconds. */
  passSeconds(seconds: number): Promise<void>;
  /** Writes an account past all rules; only the embedded chain can. */
  setAccount?(account: LocalAccount): void;
  close(): Promise<void>;
}
