import {
  computeUnits,
  equal,
  MAX_SUPPORTED_TRANSACTION_VERSION,
  type MessageSigner,
  type PriorityFee,
  type Signer,
  sendAndConfirm,
  sha256,
} from '@commonwire/sdk/core';
import {
  answerableUntil,
  answerDemand,
  approvalAddress,
  approveEpoch,
  challenge,
  challengeShown,
  closeApproval,
  closeDemand,
  crank,
  cutEpoch,
  type Demand,
  decodeApproval,
  demandLeaf,
  type EpochMessage,
  encodeEpochMessage,
  epochCapOf,
  examinePending,
  faultsOfShown,
  fetchDemand,
  fetchNetwork,
  fetchOpenDemands,
  fetchPages,
  fetchRegistry,
  fetchShownLeaves,
  isPaused,
  type LedgerEntry,
  type Ledgers,
  leastForAccount,
  type NetworkAccount,
  type PendingEpoch,
  PROGRAM_ID,
  type ProvenLeaf,
  paidAmounts,
  pausedSeconds,
  postEpoch,
  promotableFrom,
  promote,
  type RegistryChange,
  type RegistryFacts,
  readRegistryChanges,
  registryAddress,
} from '@commonwire/sdk/network';
import {
  type Connection,
  Ed25519Program,
  type Finality,
  type Keypair,
  PublicKey,
  SYSVAR_CLOCK_PUBKEY,
  type TransactionInstruction,
} from '@solana/web3.js';
import type { MarketAccounts } from '../domain/index';
import { OracleError } from '../runtime/errors';
import type {
  Backing,
  Chain,
  ChainCut,
  ChainNetwork,
  Payable,
  RegistryStart,
  RegistryState,
  Sent,
  Settled,
} from './chain';
import { readMarkets, readTrader, type Trader } from './markets';

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
  /** What each of its transactions pays for a compute unit. Default nothing. */
  readonly priorityFee?: PriorityFee | undefined;
}

/** Implements {@link Chain} with JSON-RPC and the network program. */
export class SolanaChain implements Chain {
  private payerKey: Keypair | undefined;
  private withoutEd25519: Promise<boolean> | undefined;

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

  registryState(): Promise<RegistryState> {
    const { connection, network, commitment } = this.options;
    return fetchRegistry(connection, network, commitment);
  }

  async registrySignatures({ signature: after, slot: known = 0 }: RegistryStart): Promise<string[]> {
    const { connection, network, commitment } = this.options;
    const found: string[] = [];
    for (let before: string | undefined; ; ) {
      const slice = await connection.getSignaturesForAddress(
        registryAddress(network),
        { before, until: after, limit: SIGNATURE_SLICE },
        commitment,
      );
      const fresh = slice.filter(({ slot }) => slot > known);
      found.push(...fresh.filter(({ err }) => err === null).map(({ signature }) => signature));
      if (fresh.length < SIGNATURE_SLICE) return found.reverse();
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

  /**
   * Requires that the RPC node serves the cluster that the network was created for.
   * @throws OracleError `wrong-cluster`
   */
  async requireCluster(genesisHash: Uint8Array): Promise<void> {
    const found = await this.options.connection.getGenesisHash();
    const expected = new PublicKey(genesisHash).toBase58();
    if (found !== expected)
      throw new OracleError(
        'wrong-cluster',
        `the RPC node's cluster has the genesis hash ${found}, but network ${this.options.network} was created for ${expected}: use a node of that cluster`,
      );
  }

  readMarkets(addresses: readonly string[], epoch: number): Promise<MarketAccounts[]> {
    return readMarkets(this.options, addresses, epoch);
  }

  readTrader(address: string): Promise<Trader | undefined> {
    return readTrader(this.options, address);
  }

  cut(): Promise<Sent> {
    return this.send([cutEpoch(this.options.network)]);
  }

  post(message: EpochMessage, { signatures, approvals }: Backing, opening: Uint8Array): Promise<Sent> {
    return this.send(
      postEpoch(this.options.network, {
        message: encodeEpochMessage(message),
        opening,
        signatures: [...signatures],
        approvals: approvals.map((key) => this.approvalOf(message, key)),
      }),
    );
  }

  needsApprovals(): Promise<boolean> {
    // A cluster doesn't lose or gain the Ed25519 program often enough to ask again.
    this.withoutEd25519 ??= this.options.connection
      .getAccountInfo(Ed25519Program.programId)
      .then((info) => info === null);
    return this.withoutEd25519.catch((error: unknown) => {
      this.withoutEd25519 = undefined;
      throw error;
    });
  }

  async approvedBy(message: EpochMessage, keys: readonly Uint8Array[]): Promise<Uint8Array[]> {
    const addresses = keys.map((key) => this.approvalOf(message, key));
    const infos = await this.options.connection.getMultipleAccountsInfo(addresses, 'confirmed');
    const hash = sha256(encodeEpochMessage(message));
    return keys.filter((_, i) => {
      const info = infos[i];
      if (!info?.owner.equals(PROGRAM_ID)) return false;
      return equal(decodeApproval(addresses[i]!, info.data).messageHash, hash);
    });
  }

  async approve(message: EpochMessage, signer: Signer): Promise<Sent> {
    const oracle = new PublicKey(signer.publicKey);
    const { publicKey: payer } = await this.payer();
    const bytes = encodeEpochMessage(message);
    const built = approveEpoch({ network: this.options.network, oracle, payer, message: bytes });
    return this.send([built], [{ publicKey: oracle, sign: (text) => signer.sign(text) }]);
  }

  async closeApproval(message: EpochMessage, key: Uint8Array): Promise<Sent | undefined> {
    const { connection, network } = this.options;
    const approval = this.approvalOf(message, key);
    const info = await connection.getAccountInfo(approval, 'confirmed');
    if (!info?.owner.equals(PROGRAM_ID)) return undefined;
    const { payer } = decodeApproval(approval, info.data);
    return this.send([closeApproval({ network, approval, payer })]);
  }

  async openDemands(): Promise<Demand[]> {
    const { connection, network } = this.options;
    return fetchOpenDemands(connection, await fetchNetwork(connection, network, 'confirmed'));
  }

  async isUnanswered(demand: Demand, now: number): Promise<boolean> {
    const account = await fetchNetwork(this.options.connection, this.options.network, 'confirmed');
    if (!account.pending || isPaused(account, BigInt(now))) return false;
    const until = answerableUntil(demand, account, BigInt(now));
    return until !== null && BigInt(now) > until;
  }

  async demand(index: number): Promise<Sent> {
    const { connection, network } = this.options;
    const { pending } = await fetchNetwork(connection, network, 'confirmed');
    if (!pending) throw new OracleError('nothing-pending', 'no epoch is pending: no leaf can be demanded');
    const { publicKey: demander } = await this.payer();
    return this.send([demandLeaf({ ...pending, network, index, demander })]);
  }

  async answer(demand: Demand, leaf: ProvenLeaf): Promise<Sent> {
    const { publicKey: answerer } = await this.payer();
    return this.send([answerDemand({ ...demand, answerer, leaf })]);
  }

  closeDemand(demand: Demand): Promise<Sent> {
    return this.send([closeDemand(demand)]);
  }

  async withdrawDemand({
    epoch,
    ...of
  }: {
    epoch: number;
    attempt: number;
    index: number;
  }): Promise<Sent | undefined> {
    const { connection, network } = this.options;
    const demand = await fetchDemand(connection, { ...of, network, epoch: BigInt(epoch) });
    return demand ? this.send([closeDemand(demand)]) : undefined;
  }

  async promote(): Promise<Sent> {
    const { connection, network } = this.options;
    const { mint, tokenProgram } = await fetchNetwork(connection, network, 'confirmed');
    return this.send([promote({ network, mint, tokenProgram })]);
  }

  async challenge(ledgers: Ledgers, registry: RegistryFacts): ReturnType<Chain['challenge']> {
    const { connection, network, priorityFee: price } = this.options;
    if (this.canSend) return challenge(connection, await this.payer(), { network, ledgers, registry, price });
    const account = await fetchNetwork(connection, network);
    const paid = account.pending?.corrective ? await paidAmounts(connection, account) : [];
    const { faults } = examinePending(account, ledgers, { devices: registry.devices, paid });
    return { outcome: faults.length > 0 ? 'faulty' : 'no-fault', fault: faults[0] ?? null };
  }

  async challengeShown(
    current: readonly LedgerEntry[],
    registry: RegistryFacts,
  ): ReturnType<Chain['challengeShown']> {
    const { connection, network, priorityFee: price } = this.options;
    const account = await fetchNetwork(connection, network, 'confirmed');
    const shown = await fetchShownLeaves(connection, account);
    const [fault] = faultsOfShown(shown, account, current, registry.devices);
    if (!fault) return { outcome: account.pending ? 'no-fault' : 'nothing-pending', fault: null };
    if (!this.canSend) return { outcome: 'faulty', fault };
    const leaf = shown.find(({ index }) => index === fault.index)!;
    return challengeShown(connection, await this.payer(), {
      network,
      leaf,
      fault,
      current,
      registry,
      price,
    });
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
    const { policy } = await fetchNetwork(connection, network, 'confirmed');
    const notified: Promise<void>[] = [];
    const { outcome, detail } = await crank({
      connection,
      payer: await this.payer(),
      network,
      tree,
      entries,
      createFrom: leastForAccount(policy),
      maxSettlements: most,
      priorityFee: this.options.priorityFee,
      onEvent: (event) => {
        if (event.type !== 'settled') return;
        const { signature, first, devices, amount } = event;
        const notify = (units: number) =>
          onSettled({ signature, first, devices, amount, computeUnits: units });
        // The payment counts, whether or not the node tells what it took.
        const units = computeUnits(connection, signature).catch(() => 0);
        notified.push(units.then(notify));
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

  private approvalOf({ committeeVersion, epoch, attempt }: EpochMessage, oracle: Uint8Array): PublicKey {
    return approvalAddress({ network: this.options.network, committeeVersion, epoch, attempt, oracle });
  }

  private async send(
    instructions: readonly TransactionInstruction[],
    cosigners: readonly MessageSigner[] = [],
  ): Promise<Sent> {
    const { connection, priorityFee: price } = this.options;
    const signature = await sendAndConfirm(connection, await this.payer(), instructions, {
      price,
      cosigners,
    });
    // The transaction counts, whether or not the node tells what it took.
    return { signature, computeUnits: await computeUnits(connection, signature).catch(() => 0) };
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
    genesisHash: account.genesisHash,
    mint: account.mint.toBase58(),
    decimals: account.decimals,
    authority: account.authority.toBase58(),
    committee: { ...committee, keys: committee.keys.map((key) => new PublicKey(key).toBase58()) },
    epochSeconds: account.policy.epochSeconds,
    latestCut: cutOf(epoch) ?? none,
    cutOf,
    pending: pending
      ? {
          ...pending,
          epoch: Number(pending.epoch),
          postedAt: Number(pending.postedAt),
          shownSlot: pending.shown.slot,
          demandable: (now) => isDemandable(account, pending, BigInt(now)),
        }
      : undefined,
    paused: (now) => isPaused(account, BigInt(now)),
    promotable: (now) => isPromotable(account, BigInt(now)),
    current: { ...current, epoch: Number(current.epoch) },
    attempt: account.attempt,
    nextLimits: nextLimits(account),
    totalPaid: account.totalPaid,
  };
}

function isPromotable(account: NetworkAccount, now: bigint): boolean {
  const from = promotableFrom(account, now);
  const demanded = (account.pending?.openDemands ?? 0) > 0;
  return from !== null && now >= from && !demanded && !isPaused(account, now);
}

/** Whether the first half of the challenge period, in which leaves are demanded, isn't over. */
function isDemandable(account: NetworkAccount, pending: PendingEpoch, now: bigint): boolean {
  const open = now - pending.postedAt - (pausedSeconds(account, now) - pending.pausedBefore);
  return 2n * open < BigInt(pending.challengeSeconds);
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
