import { computeUnits, MAX_SUPPORTED_TRANSACTION_VERSION, sendAndConfirm } from '@commonwire/sdk/core';
import {
  challenge,
  crank,
  cutEpoch,
  type EpochMessage,
  encodeEpochMessage,
  epochCapOf,
  examinePending,
  fetchNetwork,
  fetchPages,
  isPaused,
  type Ledgers,
  type NetworkAccount,
  PROGRAM_ID,
  postEpoch,
  promotableFrom,
  promote,
  type RegistryChange,
  readRegistryChanges,
  registryAddress,
} from '@commonwire/sdk/network';
import {
  type Connection,
  type Finality,
  type Keypair,
  PublicKey,
  SYSVAR_CLOCK_PUBKEY,
  type TransactionInstruction,
} from '@solana/web3.js';
import { OracleError } from '../runtime/errors';
import type { Chain, ChainCut, ChainNetwork, Payable, Sent, Settled } from './chain';

/** Maximum number of signatures that a node lists at once. */
const SIGNATURE_SLICE = 1000;
/** Maximum number of accounts that a node returns at once. */
const PAGES_AT_ONCE = 100;
/** The clock sysvar's unix time lies behind slot, epoch start, epoch and leader schedule epoch, 8 bytes each. */
const CLOCK_TIME_OFFSET = 32;

/** The options of a {@link SolanaChain}. */
export interface SolanaChainOptions {
  readonly connection: Connection;
  readonly network: PublicKey;
  /** Reads the payer's key when it is first needed. Without a payer nothing can be sent. */
  readonly payer: (() => Promise<Keypair>) | undefined;
  /** The commitment that cuts, registrations and ledgers must reach before the oracle builds on them. */
  readonly commitment: Finality;
}

/** Implements {@link Chain} with JSON-RPC and the network program. */
export class SolanaChain implements Chain {
  private payerKey: Keypair | undefined;

  constructor(private readonly options: SolanaChainOptions) {}

  get canSend(): boolean {
    return this.options.payer !== undefined;
  }

  async readNetwork(view: 'final' | 'latest' | 'tentative'): Promise<ChainNetwork> {
    const { connection, network, commitment: final } = this.options;
    const commitment = { final, latest: 'confirmed', tentative: 'processed' } as const;
    return toNetwork(await fetchNetwork(connection, network, commitment[view]));
  }

  async time(): Promise<number> {
    const clock = await this.options.connection.getAccountInfo(SYSVAR_CLOCK_PUBKEY, 'confirmed');
    if (!clock) throw new OracleError('no-clock', 'the RPC node has no clock sysvar');
    return Number(clock.data.readBigInt64LE(CLOCK_TIME_OFFSET));
  }

  async registrySignatures(after: string | undefined): Promise<string[]> {
    const { connection, network, commitment } = this.options;
    const found: string[] = [];
    for (let before: string | undefined; ; ) {
      const slice = await connection.getSignaturesForAddress(
        registryAddress(network),
        { before, until: after, limit: SIGNATURE_SLICE },
        commitment,
      );
      found.push(...slice.filter(({ err }) => err === null).map(({ signature }) => signature));
      if (slice.length < SIGNATURE_SLICE) return found.reverse();
      before = slice.at(-1)!.signature;
    }
  }

  async registryChanges(signature: string): Promise<RegistryChange[] | undefined> {
    const { connection, network, commitment } = this.options;
    const response = await connection.getTransaction(signature, {
      commitment,
      maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
    });
    if (!response) return undefined;
    return readRegistryChanges(response, network);
  }

  cut(): Promise<Sent> {
    return this.send([cutEpoch(this.options.network)]);
  }

  post(
    message: EpochMessage,
    signatures: readonly { publicKey: Uint8Array; signature: Uint8Array }[],
  ): Promise<Sent> {
    return this.send(
      postEpoch(this.options.network, { message: encodeEpochMessage(message), signatures: [...signatures] }),
    );
  }

  async promote(): Promise<Sent> {
    const { connection, network } = this.options;
    const { mint, tokenProgram } = await fetchNetwork(connection, network, 'confirmed');
    return this.send([promote({ network, mint, tokenProgram })]);
  }

  async challenge(ledgers: Ledgers): ReturnType<Chain['challenge']> {
    const { connection, network } = this.options;
    if (this.canSend) return challenge(connection, await this.payer(), { network, ledgers });
    const { faults } = await examinePending(connection, await fetchNetwork(connection, network), ledgers);
    return { outcome: faults.length > 0 ? 'faulty' : 'no-fault', fault: faults[0] ?? null };
  }

  async paidInPages(pages: readonly number[]): Promise<ArrayLike<bigint>[]> {
    const { connection, network } = this.options;
    const paid: ArrayLike<bigint>[] = [];
    for (let at = 0; at < pages.length; at += PAGES_AT_ONCE)
      for (const page of await fetchPages(
        connection,
        network,
        pages.slice(at, at + PAGES_AT_ONCE),
        'confirmed',
      ))
        paid.push(page?.paid ?? []);
    return paid;
  }

  async pay({ tree, entries, most }: Payable, onSettled: (settled: Settled) => void): Promise<void> {
    const { connection, network } = this.options;
    const notified: Promise<void>[] = [];
    const { outcome, detail } = await crank({
      connection,
      payer: await this.payer(),
      network,
      tree,
      entries,
      createAccounts: true,
      maxSettlements: most,
      onEvent: (event) => {
        if (event.type !== 'settled') return;
        const { signature, first, devices, amount } = event;
        const notify = (units: number) =>
          onSettled({ signature, first, devices, amount, computeUnits: units });
        notified.push(computeUnits(connection, signature).then(notify));
      },
    });
    await Promise.all(notified);
    if (outcome === 'refused') throw new OracleError('payment-refused', detail);
  }

  private async payer(): Promise<Keypair> {
    if (!this.options.payer)
      throw new OracleError('no-payer', 'this oracle has no key to pay fees; set COMMONWIRE_PAYER_KEY');
    this.payerKey ??= await this.options.payer();
    return this.payerKey;
  }

  private async send(instructions: readonly TransactionInstruction[]): Promise<Sent> {
    const { connection } = this.options;
    const signature = await sendAndConfirm(connection, await this.payer(), instructions);
    return { signature, computeUnits: await computeUnits(connection, signature) };
  }
}

function toNetwork(account: NetworkAccount): ChainNetwork {
  const { committee, pending, current } = account;
  const cuts = account.cuts.map(
    (cut): ChainCut => ({ ...cut, epoch: Number(cut.epoch), time: Number(cut.time) }),
  );
  const epoch = Number(account.lastCutEpoch);
  const cutOf = (wanted: number) => cuts.find((cut) => cut.epoch === wanted);
  const none = { epoch, deviceCount: 0, registryHash: new Uint8Array(32), time: Number(account.lastCutTime) };
  return {
    address: account.address.toBase58(),
    program: PROGRAM_ID.toBase58(),
    birth: account.birth,
    mint: account.mint.toBase58(),
    decimals: account.decimals,
    authority: account.authority.toBase58(),
    committee: { ...committee, keys: committee.keys.map((key) => new PublicKey(key).toBase58()) },
    epochSeconds: account.policy.epochSeconds,
    latestCut: cutOf(epoch) ?? none,
    cutOf,
    pending: pending
      ? { ...pending, epoch: Number(pending.epoch), postedAt: Number(pending.postedAt) }
      : undefined,
    promotable: (now) => isPromotable(account, BigInt(now)),
    current: { ...current, epoch: Number(current.epoch) },
    attempt: account.attempt,
    nextLimits: nextLimits(account),
    totalPaid: account.totalPaid,
  };
}

function isPromotable(account: NetworkAccount, now: bigint): boolean {
  const from = promotableFrom(account, now);
  return from !== null && now >= from && !isPaused(account, now);
}

function nextLimits({
  emission,
  initialSupply,
  current,
  cuts,
  policy,
}: NetworkAccount): ChainNetwork['nextLimits'] {
  const next = current.epoch + 1n;
  const cap = epochCapOf(emission, next);
  const left = emission.maxSupply - initialSupply - current.earnedTotal;
  // A challenge checks the epoch against the cap recorded by its cut, even if the policy has changed since.
  const device = cuts.find(({ epoch }) => epoch === next)?.deviceEpochCap;
  return { epoch: cap < left ? cap : left, device: device ?? policy.deviceEpochCap };
}
