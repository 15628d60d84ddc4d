import { ComputeBudgetProgram, Keypair, PublicKey, SystemProgram, Transaction } from '@solana/web3.js';
import { toBase58 } from '../encoding';
import { makeAccount } from './account';
import { describeTransactionError, type TransactionError } from './errors';
import type { Slots } from './slots';
import { decodeTransaction, signatureOf } from './transaction';
import type { WireTransaction } from './wire-message';

const FAUCET_LAMPORTS = 500_000_000n * 1_000_000_000n;
const MIN_UNITS = 1_000;
const UNITS_RANGE = 1_000_000;

/** The parts of a chain that a faucet needs. */
interface FaucetChain {
  readonly slots: Slots;
  setAccount(address: Uint8Array, account: ReturnType<typeof makeAccount>): void;
  process(transaction: WireTransaction, preflight: 'processed'): { err: TransactionError | null };
}

/** Sends lamports from its own account with ordinary transactions. */
export class Faucet {
  private readonly keypair = Keypair.generate();
  private airdrops = 0;
  constructor(private readonly chain: FaucetChain) {
    const owner = SystemProgram.programId.toBytes();
    chain.setAccount(this.keypair.publicKey.toBytes(), makeAccount(FAUCET_LAMPORTS, new Uint8Array(), owner));
  }

  /**
   * Sends lamports and returns the transaction's signature.
   *
   * @throws Error if the transfer is refused, for example because it is below the rent-exempt minimum
   */
  airdrop(to: Uint8Array, lamports: bigint): Buffer {
    const { slots } = this.chain;
    // Two equal airdrops in one slot would be the same transaction, so the compute unit limit varies.
    const units = MIN_UNITS + (this.airdrops++ % UNITS_RANGE);
    const transaction = new Transaction({
      feePayer: this.keypair.publicKey,
      blockhash: toBase58(slots.blockhash(slots.current)),
      lastValidBlockHeight: slots.lastValidHeight(slots.current),
    }).add(
      ComputeBudgetProgram.setComputeUnitLimit({ units }),
      SystemProgram.transfer({ fromPubkey: this.keypair.publicKey, toPubkey: new PublicKey(to), lamports }),
    );
    transaction.sign(this.keypair);
    const wire = transaction.serialize();
    const { err } = this.chain.process(decodeTransaction(wire), 'processed');
    if (err !== null) throw new Error(`airdrop failed: ${describeTransactionError(err)}`);
    return signatureOf(wire);
  }
}
