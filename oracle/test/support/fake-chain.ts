import { equal, type Signer, toHex, verifySignature } from '@commonwire/sdk/core';
import {
  type Demand,
  decodeEpochMessage,
  type EpochMessage,
  encodeEpochMessage,
  FIRST_REGISTRY_HASH,
  faultsOfShown,
  findFaults,
  type LedgerEntry,
  type Ledgers,
  ledgerNode,
  NODE_BYTES,
  nodeOf,
  PAGE_SLOTS,
  type PendingEpoch,
  type ProvenLeaf,
  parentNode,
  type RegisteredDevice,
  type RegistryChange,
  type RegistryEntry,
  type RegistryFacts,
  registryHashAfter,
  verifyRun,
} from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import type {
  Backing,
  Chain,
  ChainCut,
  ChainLedger,
  ChainNetwork,
  Payable,
  RegistryStart,
  Sent,
  Settled,
} from '../../src/chain/chain';
import type { Trader } from '../../src/chain/markets';
import type { MarketAccounts } from '../../src/domain';
import { OracleError } from '../../src/runtime/errors';
import { committee, identity } from '../domain/support';

const EMPTY: ChainLedger = {
  epoch: 0,
  ledgerRoot: new Uint8Array(32),
  earnedTotal: 0n,
  deviceCount: 0,
  registryHash: FIRST_REGISTRY_HASH,
  datasetHash: new Uint8Array(32),
  usageRoot: new Uint8Array(32),
};

/** An in-memory chain shared by several oracles, with the rules of the network program that concern oracles. */
export class FakeChain implements Chain {
  canSend = true;
  readonly transactions: { name: string; signature: string }[] = [];
  readonly posts: EpochMessage[] = [];
  paidAmounts: bigint[] = [];
  threshold = 2;
  epochSeconds = 60;
  challengeSeconds = 0;
  attempt = 0;
  nextLimits = { epoch: 10n ** 12n, device: 10n ** 12n };
  current: ChainLedger = EMPTY;
  pending: ChainNetwork['pending'];
  cuts: ChainCut[] = [];
  /** When the network was created, in unix seconds. */
  private readonly created: number;
  private readonly changes = new Map<string, RegistryChange[]>();
  private devices = 0;
  /** Whether oracles must approve by transactions, and who has approved which message. */
  withoutEd25519 = false;
  readonly approvals: { message: Uint8Array; oracle: Uint8Array }[] = [];
  paused = false;
  committeeVersion = 1;
  markets: MarketAccounts[] = [];
  /** Demands that were neither answered nor closed, and how long they may stay unanswered. */
  readonly demands: Demand[] = [];
  answerSeconds = 60;
  /** Leaves that were shown. */
  shown: ProvenLeaf[] = [];
  private hash = FIRST_REGISTRY_HASH;

  constructor(
    private readonly now: () => number,
    private readonly keys: readonly string[] = committee,
  ) {
    this.created = Math.floor(now() / 1000);
  }

  /** Registers devices in one transaction. */
  register(devices: readonly RegisteredDevice[]): string {
    this.devices += devices.length;
    return this.change('register', { kind: 'registered', devices });
  }

  /** Transfers a device to another owner. @returns the epoch in which that takes effect by the program's rule */
  transfer(index: number, owner: Uint8Array): number {
    const effectiveEpoch = this.effectiveEpoch();
    this.change('transfer', { kind: 'transferred', change: { index, owner, effectiveEpoch } });
    return Number(effectiveEpoch);
  }

  /** Retires a device. @returns the epoch from which it earns nothing */
  retire(index: number): number {
    const effectiveEpoch = this.effectiveEpoch();
    this.change('retire', { kind: 'retired', change: { index, effectiveEpoch } });
    return Number(effectiveEpoch);
  }

  private effectiveEpoch(): bigint {
    const posted = this.pending?.epoch ?? this.current.epoch;
    return BigInt(Math.max(posted + 2, this.cuts.length + 1));
  }

  private change(name: string, entry: RegistryEntry): string {
    this.hash = registryHashAfter(this.hash, entry);
    const { signature } = this.send(name);
    this.changes.set(signature, [{ ...entry, registryHash: this.hash }]);
    return signature;
  }

  /** Makes the pending epoch void, as a veto does. */
  void(): void {
    this.attempt = this.pending!.attempt + 1;
    this.pending = undefined;
  }

  async readNetwork(): Promise<ChainNetwork> {
    const { cuts, current, pending, attempt, nextLimits, threshold, epochSeconds, challengeSeconds } = this;
    const { paused, demanded } = this;
    const none = { epoch: 0, deviceCount: 0, registryHash: new Uint8Array(32), time: this.created };
    const address = new PublicKey(identity.network).toBase58();
    return {
      address,
      program: new PublicKey(identity.program).toBase58(),
      birth: identity.birth,
      genesisHash: identity.genesisHash,
      mint: address,
      decimals: 6,
      authority: address,
      committee: { version: this.committeeVersion, threshold, keys: this.keys },
      epochSeconds,
      latestCut: cuts.at(-1) ?? none,
      cutOf: (epoch) => cuts.find((cut) => cut.epoch === epoch),
      pending: pending && { ...pending, openDemands: demanded.length },
      paused: () => paused,
      promotable: (now) =>
        pending !== undefined &&
        now >= pending.postedAt + challengeSeconds &&
        demanded.length === 0 &&
        !paused,
      current,
      attempt,
      nextLimits,
      totalPaid: this.paidAmounts.reduce((sum, amount) => sum + amount, 0n),
    };
  }

  async time(): Promise<number> {
    return Math.floor(this.now() / 1000);
  }

  /** A transaction that names the registry and changes nothing. */
  mention(): string {
    const { signature } = this.send('mention');
    this.changes.set(signature, []);
    return signature;
  }

  async registryState() {
    return { hash: this.hash, deviceCount: this.devices, slot: this.transactions.length };
  }

  async registrySignatures({ signature, slot = 0 }: RegistryStart): Promise<string[]> {
    const all = [...this.changes.keys()].filter((name) => slotOf(name) > slot);
    return signature === undefined ? all : all.slice(all.indexOf(signature) + 1);
  }

  async registryChanges(signature: string): Promise<RegistryChange[] | undefined> {
    return this.changes.get(signature);
  }

  async readMarkets(addresses: readonly string[]): Promise<MarketAccounts[]> {
    return addresses.map((address) => this.markets.find(({ market }) => market === address)!);
  }

  async readTrader(wanted: string): Promise<Trader | undefined> {
    for (const { market, offers, orders } of this.markets) {
      const offer = offers.find(({ address }) => address === wanted);
      const order = orders.find(({ address }) => address === wanted);
      if (offer || order) return { market, ...(offer ? { offer } : { order: order! }) };
    }
    return undefined;
  }

  async cut(): Promise<Sent> {
    const epoch = this.cuts.length + 1;
    if (epoch - this.current.epoch > 2) throw new OracleError('too-many-cuts', 'two epochs are open');
    const time = await this.time();
    this.cuts.push({ epoch, deviceCount: this.devices, registryHash: this.hash, time });
    return this.send('cut');
  }

  async post(message: EpochMessage, { signatures, approvals }: Backing, opening: Uint8Array): Promise<Sent> {
    this.requireRunning();
    if (this.withoutEd25519 && signatures.length > 0)
      throw new OracleError('refused', 'this cluster has no program that verifies signatures');
    const epoch = this.current.epoch + 1;
    const cut = this.cuts.find((one) => one.epoch === epoch);
    if (this.pending || !cut) throw new OracleError('epoch-pending', 'nothing to post');
    if (!opensRoot(message, opening)) throw new OracleError('root-sum-mismatch', 'another root or sum');
    const bytes = encodeEpochMessage(message);
    const valid = signatures.filter(
      ({ publicKey, signature }) =>
        this.keys.includes(new PublicKey(publicKey).toBase58()) &&
        verifySignature({ keyType: 0, publicKey, message: bytes, signature }),
    );
    const approved = await this.approvedBy(message, approvals);
    const named = [...signatures.map(({ publicKey }) => publicKey), ...approvals].map(toHex);
    const signers = new Set([...valid.map(({ publicKey }) => publicKey), ...approved].map(toHex));
    if (signers.size < named.length)
      throw new OracleError('refused', 'a member twice, or one who did not agree');
    if (signers.size < this.threshold || message.attempt < this.attempt || Number(message.epoch) !== epoch)
      throw new OracleError('refused', 'too few signatures');
    if (message.deviceCount !== cut.deviceCount || !equal(message.registryHash, cut.registryHash))
      throw new OracleError('refused', 'not the cut');
    this.posts.push(message);
    const postedAt = await this.time();
    const demandable = (now: number) => 2 * (now - postedAt) < this.challengeSeconds;
    this.pending = {
      ...message,
      epoch,
      attempt: message.attempt,
      postedAt,
      openDemands: 0,
      shownSlot: 0n,
      demandable,
    };
    this.shown = [];
    return this.send('post');
  }

  async promote(): Promise<Sent> {
    this.requireRunning();
    if (!this.pending) throw new OracleError('nothing-pending', 'nothing to promote');
    if (this.demanded.length > 0) throw new OracleError('demands-open', 'leaves must be shown first');
    this.current = this.pending;
    this.pending = undefined;
    this.attempt = 0;
    return this.send('promote');
  }

  async needsApprovals(): Promise<boolean> {
    return this.withoutEd25519;
  }

  async approvedBy(message: EpochMessage, keys: readonly Uint8Array[]): Promise<Uint8Array[]> {
    const bytes = encodeEpochMessage(message);
    return keys.filter((key) =>
      this.approvals.some((one) => equal(one.oracle, key) && equal(one.message, bytes)),
    );
  }

  async approve(message: EpochMessage, signer: Signer): Promise<Sent> {
    this.requireRunning();
    if (this.pending) throw new OracleError('epoch-pending', 'an epoch is pending');
    const { publicKey: oracle } = signer;
    const { epoch, attempt } = message;
    const isSame = (one: { message: Uint8Array; oracle: Uint8Array }) => {
      const other = decodeEpochMessage(one.message);
      return equal(one.oracle, oracle) && other.epoch === epoch && other.attempt === attempt;
    };
    if (this.approvals.some(isSame)) throw new OracleError('account-in-use', 'it has approved this attempt');
    this.approvals.push({ message: encodeEpochMessage(message), oracle });
    return this.send('approve');
  }

  async closeApproval(message: EpochMessage, key: Uint8Array): Promise<Sent | undefined> {
    if (this.current.epoch < Number(message.epoch) + 2)
      throw new OracleError('approval-needed', 'it may be evidence');
    const bytes = encodeEpochMessage(message);
    const at = this.approvals.findIndex((one) => equal(one.oracle, key) && equal(one.message, bytes));
    if (at < 0) return undefined;
    this.approvals.splice(at, 1);
    return this.send('close-approval');
  }

  private requireRunning(): void {
    if (this.paused) throw new OracleError('paused', 'the network is paused');
  }

  /** Open demands for leaves of the pending epoch. */
  private get demanded(): Demand[] {
    const { pending } = this;
    return this.demands.filter((one) => pending && isAbout(one, pending));
  }

  async openDemands(): Promise<Demand[]> {
    return this.demanded;
  }

  async isUnanswered({ openedAt }: Demand, now: number): Promise<boolean> {
    return !this.paused && BigInt(now) - openedAt > BigInt(this.answerSeconds);
  }

  async demand(index: number): Promise<Sent> {
    const { epoch, attempt, demandable } = this.pending!;
    const now = await this.time();
    if (!demandable(now)) throw new OracleError('demand-too-late', 'half of the challenge period is over');
    if (this.demanded.some((one) => one.index === index))
      throw new OracleError('account-in-use', 'somebody has demanded this leaf');
    const address = new PublicKey(identity.network);
    const at = { network: address, demander: address, epoch: BigInt(epoch), attempt, index };
    this.demands.push({ ...at, bond: 1n, openedAt: BigInt(now), pausedBefore: 0n, openedSlot: 0n });
    return this.send('demand');
  }

  async answer(demand: Demand, { index, owner, earned, proof }: ProvenLeaf): Promise<Sent> {
    const { deviceCount, ledgerRoot, earnedTotal } = this.pending!;
    const leaves = [ledgerNode({ index, owner: owner.toBytes(), earned })];
    const run = { deviceCount, first: index, leaves, proof };
    if (!verifyRun({ root: ledgerRoot, earnedTotal }, run))
      throw new OracleError('bad-proof', 'another leaf');
    this.remove(demand);
    this.shown.push({ index, owner, earned, proof });
    this.pending = { ...this.pending!, shownSlot: 1n };
    return this.send('answer');
  }

  async closeDemand(demand: Demand): Promise<Sent> {
    if (this.pending && isAbout(demand, this.pending)) {
      if (!(await this.isUnanswered(demand, await this.time())))
        throw new OracleError('demand-open', 'it can still be answered');
      this.void();
    }
    this.remove(demand);
    return this.send('close-demand');
  }

  async withdrawDemand(of: { epoch: number; attempt: number; index: number }): Promise<Sent | undefined> {
    const demand = this.demands.find((one) => isAbout(one, of) && one.index === of.index);
    return demand && this.closeDemand(demand);
  }

  private remove(demand: Demand): void {
    const at = this.demands.indexOf(demand);
    if (at < 0) throw new OracleError('no-account', 'there is no such demand');
    this.demands.splice(at, 1);
  }

  async challenge(ledgers: Ledgers, { devices }: RegistryFacts): ReturnType<Chain['challenge']> {
    const rules = { devices, deviceEpochCap: this.nextLimits.device, corrective: false };
    const [fault] = findFaults(ledgers, rules);
    if (!this.pending) return { outcome: 'nothing-pending', fault: null };
    if (!fault) return { outcome: 'no-fault', fault: null };
    if (!this.canSend) return { outcome: 'faulty', fault };
    this.void();
    this.send('challenge');
    return { outcome: 'void', fault };
  }

  async challengeShown(
    current: readonly LedgerEntry[],
    { devices }: RegistryFacts,
  ): ReturnType<Chain['challengeShown']> {
    if (!this.pending) return { outcome: 'nothing-pending', fault: null };
    const { deviceCount } = this.pending;
    const pending = {
      deviceCount,
      deviceEpochCap: this.nextLimits.device,
      corrective: false,
    } as PendingEpoch;
    const [fault] = faultsOfShown(this.shown, { pending }, current, devices);
    if (!fault) return { outcome: 'no-fault', fault: null };
    if (!this.canSend) return { outcome: 'faulty', fault };
    this.void();
    this.send('challenge');
    return { outcome: 'void', fault };
  }

  async paidInPages(pages: readonly number[]): Promise<bigint[][]> {
    return pages.map((page) => this.paidAmounts.slice(page * PAGE_SLOTS, (page + 1) * PAGE_SLOTS));
  }

  async pay({ entries }: Payable, onSettled: (settled: Settled) => void): Promise<void> {
    const due = entries.map(({ earned }, index) => earned - (this.paidAmounts[index] ?? 0n));
    if (due.every((amount) => amount === 0n)) return;
    this.paidAmounts = entries.map(({ earned }) => earned);
    const amount = due.reduce((sum, one) => sum + one, 0n);
    const first = due.findIndex((one) => one > 0n);
    onSettled({ ...this.send('settle'), first, devices: due.filter((one) => one > 0n).length, amount });
  }

  private send(name: string): Sent {
    const signature = `${name}-${this.transactions.length + 1}`;
    this.transactions.push({ name, signature });
    return { signature, computeUnits: 1 };
  }
}

/** Every transaction has a slot of its own. */
const slotOf = (signature: string): number => Number(signature.split('-').at(-1));

/** The same chain with some methods replaced. */
export const withMethods = (chain: Chain, methods: Partial<Chain>): Chain =>
  new Proxy(chain, {
    get: (target, name) => {
      const member = methods[name as keyof Chain] ?? Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });

const isAbout = (demand: Demand, { epoch, attempt }: { epoch: number; attempt: number }): boolean =>
  Number(demand.epoch) === epoch && demand.attempt === attempt;

/** Whether the opening leads to the message's root and total, by the program's rule. */
function opensRoot(
  { deviceCount, ledgerRoot, earnedTotal: earned }: EpochMessage,
  opening: Uint8Array,
): boolean {
  if (deviceCount === 0) return opening.length === 0 && earned === 0n;
  const root =
    deviceCount === 1
      ? ledgerNode({ index: 0, owner: opening, earned })
      : parentNode(opening.slice(0, NODE_BYTES), opening.slice(NODE_BYTES));
  return equal(root, nodeOf(earned, ledgerRoot));
}
