import {
  areaAddress,
  createArea,
  createMarket,
  decodeArea,
  decodeMarket,
  decodeOffer,
  decodeOrder,
  type Market,
  marketAddress,
  type UsageLeaf,
  UsageTree,
} from '@commonwire/sdk/market';
import { createNetwork, networkAddress } from '@commonwire/sdk/network';
import {
  AccountLayout,
  getAssociatedTokenAddressSync,
  MintLayout,
  TOKEN_PROGRAM_ID,
} from '@solana/spl-token';
import { Keypair, type PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import type { ModelChain } from '../../model/chain';
import type { ModelWorld } from '../../model/steps';
import { EMISSION, FLOORS, NETWORK, POLICY } from '../../network';
import { mintData, tokenAccountData } from '../../tokens';
import { CELL, LATE_WINDOW_SECONDS } from '../test-market';
import { MarketModel } from './market-model';

const SOL = 1_000_000_000n;
/** Three of them are nearly all that a u64 holds. */
export const PURSE = 2n ** 62n;
const PEOPLE = 3;
/** Where a network's account has its current epoch and its last pause: `programs/market/src/network.rs`. */
const [CURRENT_AT, PAUSE_AT] = [4_400, 4_568];
const USAGE_ROOT_AT = CURRENT_AT + 104;

export interface WorldSettings {
  reward: boolean;
  feeBps: number;
  burnBps: number;
}

let worlds = 0;
/** Keys that differ in every world, and are the same whenever a failure is repeated. */
const key = (world: number, at: number): Keypair =>
  Keypair.fromSeed(Buffer.from(`market ${world} ${at}`.padEnd(32)));

/** A market on the chain with two areas, the model of it, and everybody who may do something to them. */
export class World implements ModelWorld {
  steps = 0;
  readonly journal: string[] = [];
  /** Each buys and sells, operates an area for a while, and tries what is others'. */
  readonly people: Keypair[];
  /** Any of them is the authority at some time. */
  authority = 0;
  proposed: number | null = null;
  /** By area: the place of its operator. */
  readonly operators = [0, 1];
  /** By area and device: when it was removed, 0n for an admitted meter. */
  readonly meters = new Map<string, { removedAt: bigint; payer: number }>();
  readonly model: MarketModel;
  readonly address: PublicKey;
  readonly network: PublicKey;
  readonly mint: PublicKey;
  readonly recipient: PublicKey;
  readonly areas: PublicKey[];

  constructor(
    readonly chain: ModelChain,
    { reward, feeBps, burnBps }: WorldSettings,
  ) {
    worlds += 1;
    const named = (at: number) => key(worlds, at);
    this.people = Array.from({ length: PEOPLE }, (_, at) => named(at));
    const [creator, holder] = [named(10), named(11).publicKey];
    for (const { publicKey } of [...this.people, creator]) chain.give(publicKey, 1_000n * SOL);
    this.mint = this.makeMint(named(12).publicKey);
    const rewardMint = reward ? this.mint : this.makeMint(named(13).publicKey);
    const id = BigInt(worlds);
    this.network = networkAddress({ creator: creator.publicKey, id });
    this.openTokens(this.network, rewardMint, 0n);
    this.must(
      [
        createNetwork({
          creator: creator.publicKey,
          id,
          genesisHash: new Uint8Array(32).fill(3),
          authority: creator.publicKey,
          mint: rewardMint,
          tokenProgram: TOKEN_PROGRAM_ID,
          funded: true,
          emission: EMISSION,
          floors: FLOORS,
          policy: POLICY,
        }),
      ],
      creator,
    );
    for (const { publicKey } of this.people) this.openTokens(publicKey, this.mint, PURSE);
    this.recipient = this.openTokens(holder, this.mint, 0n);
    const fees = { recipient: this.recipient, feeBps, burnBps: reward ? burnBps : 0 };
    const [authority] = this.people;
    const args = {
      creator: creator.publicKey,
      id,
      network: this.network,
      authority: authority!.publicKey,
      mint: this.mint,
      fees,
      lateWindowSeconds: LATE_WINDOW_SECONDS,
    };
    this.address = marketAddress(args);
    this.must(createMarket(args), creator);
    this.areas = [0, 1].map((at) => areaAddress({ market: this.address, cell: cellOf(at) }));
    for (const [at, operator] of this.operators.entries())
      this.must([this.areaCreation(at, 0, this.people[operator]!.publicKey)], authority!);
    this.model = new MarketModel(fees, reward, PEOPLE, PURSE);
  }

  areaCreation(at: number, authority: number, operator = this.people[authority]!.publicKey) {
    const by = { market: this.address, authority: this.people[authority]!.publicKey, operator };
    return createArea({ ...by, cell: cellOf(at), lossBps: 0, uses: ['energy'] });
  }

  private makeMint(mint: PublicKey): PublicKey {
    const data = mintData(mint, { supply: PURSE * BigInt(PEOPLE) });
    this.chain.write(mint, this.chain.rent(data.length), data, TOKEN_PROGRAM_ID);
    return mint;
  }

  private openTokens(owner: PublicKey, mint: PublicKey, amount: bigint): PublicKey {
    const address = getAssociatedTokenAddressSync(mint, owner, true);
    const data = tokenAccountData(mint, owner, { amount });
    this.chain.write(address, this.chain.rent(data.length), data, TOKEN_PROGRAM_ID);
    return address;
  }

  private must(instructions: TransactionInstruction[], ...signers: Keypair[]): void {
    expect(this.chain.send(instructions, signers)).to.equal(null);
  }

  market = (): Market => decodeMarket(this.address, this.chain.read(this.address).data);
  order = (address: PublicKey) => decodeOrder(address, this.chain.read(address).data);
  offer = (address: PublicKey) => decodeOffer(address, this.chain.read(address).data);
  tokensOf = (at: number): PublicKey =>
    getAssociatedTokenAddressSync(this.mint, this.people[at]!.publicKey, true);
  private balance = (account: PublicKey): bigint =>
    AccountLayout.decode(this.chain.read(account).data).amount;

  /** Puts into the network's account what it holds after an epoch was promoted: how one gets there is its own tests' matter. */
  promote(leaves: readonly UsageLeaf[]): void {
    const tree = new UsageTree(leaves);
    const number = this.model.epoch.number + 1n;
    this.model.epoch = { number, cutTime: this.chain.now, tree };
    this.writeNetwork((data) => {
      data.writeBigUInt64LE(number, CURRENT_AT);
      data.writeBigInt64LE(this.chain.now, CURRENT_AT + 8);
      data.set(tree.root, USAGE_ROOT_AT);
    });
  }

  pause(seconds: bigint): void {
    this.model.pausedUntil = this.chain.now + seconds;
    this.writeNetwork((data) => {
      data.writeBigInt64LE(this.chain.now, PAUSE_AT);
      data.writeBigInt64LE(this.model.pausedUntil, PAUSE_AT + 8);
    });
  }

  private writeNetwork(change: (data: Buffer) => void): void {
    const { lamports, data } = this.chain.read(this.network);
    const changed = Buffer.from(data);
    change(changed);
    this.chain.write(this.network, lamports, changed, NETWORK.address);
  }

  /** Requires that the chain is what the model says, and what must hold in any state. */
  check(): void {
    const { model } = this;
    const market = this.market();
    const { births, escrow, pools, due, feesLeft, burnLeft, feesTotal, burntTotal, orders, offers } = market;
    expect({ births, escrow, pools, due, feesLeft, burnLeft, feesTotal, burntTotal }).to.deep.equal({
      births: model.births,
      escrow: model.escrow,
      pools: model.pooled,
      due: model.due,
      feesLeft: model.feesLeft,
      burnLeft: model.burnLeft,
      feesTotal: model.feesTotal,
      burntTotal: model.burntTotal,
    });
    expect([orders, offers]).to.deep.equal([BigInt(model.orders.size), BigInt(model.offers.size)]);
    const held = escrow + pools + due + feesLeft;
    expect(this.balance(market.vault), 'the vault').to.equal(held + model.donated);
    const purses = this.people.map((_, at) => this.balance(this.tokensOf(at)));
    expect(purses, 'what everybody has').to.deep.equal(model.purses);
    expect(this.balance(this.recipient), 'what the recipient has').to.equal(model.recipient);
    const { supply } = MintLayout.decode(this.chain.read(this.mint).data);
    const all = purses.reduce((sum, purse) => sum + purse, held + model.donated + model.recipient);
    expect(all, 'every token is somebody’s').to.equal(supply);
    this.checkAccounts();
  }

  private checkAccounts(): void {
    const { model, chain } = this;
    for (const [at, address] of this.areas.entries())
      expect(decodeArea(address, chain.read(address).data).pool, 'a pool').to.equal(model.pools[at]);
    for (const { address, terms, units, amount, cancelledAt } of model.orders.values()) {
      const order = this.order(address);
      expect([order.settledUnits, order.settledAmount, order.cancelledAt, order.terms]).to.deep.equal([
        ...[units, amount, cancelledAt],
        terms,
      ]);
      const within = amount <= terms.budget && amount <= terms.maxPrice * units;
      expect(within, 'nobody pays beyond budget and price').to.equal(true);
    }
    for (const { address, terms, units, amount, paid, due, ask } of model.offers.values()) {
      const offer = this.offer(address);
      expect([offer.settledUnits, offer.settledAmount, offer.paid, offer.due, offer.ask]).to.deep.equal([
        ...[units, amount, paid, due, ask],
      ]);
      expect(units <= terms.capacity && amount >= ask * units, 'nobody sells beyond terms').to.equal(true);
    }
  }
}

export const cellOf = (at: number): bigint => CELL + BigInt(at);
