import {
  type Asset,
  assetAddress,
  createAsset,
  createShareAccount,
  decodeAsset,
  decodeStake,
  OBJECTION_SECONDS,
  stakeAddress,
} from '@commonwire/sdk/assets';
import { TOKEN_PROGRAM_ID } from '@commonwire/sdk/core';
import { AccountLayout, getAssociatedTokenAddressSync } from '@solana/spl-token';
import { Keypair, type PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import type { ModelChain } from '../../model/chain';
import type { ModelWorld } from '../../model/steps';
import { mintData, tokenAccountData } from '../../tokens';
import { METADATA } from '../test-asset';
import { AssetModel, type ModelHolder } from './asset-model';

const DAY = 86_400n;
const TOKENS = 10n ** 15n;
const SOL = 1_000_000_000n;
const HOLDERS = 4;

const associated = (owner: PublicKey, mint: PublicKey, program = TOKEN_PROGRAM_ID): PublicKey =>
  getAssociatedTokenAddressSync(mint, owner, true, program);

let worlds = 0;
/** Keys that differ in every world, and are the same whenever a failure is repeated. */
const key = (world: number, at: number): Keypair =>
  Keypair.fromSeed(Buffer.from(`asset ${world} ${at}`.padEnd(32)));

/** An asset on the chain, the model of it, and everybody who may do something to them. */
export class World implements ModelWorld {
  steps = 0;
  readonly journal: string[] = [];
  readonly holders: Keypair[];
  /** The second becomes the authority where it is proposed; the third never is. */
  readonly authorities: Keypair[];
  readonly builder: PublicKey;
  readonly compliance: Keypair;
  readonly address: PublicKey;
  readonly model: AssetModel;
  readonly mints: PublicKey[];

  constructor(
    readonly chain: ModelChain,
    { permits, price, most }: { permits: boolean; price: bigint; most: bigint },
  ) {
    worlds += 1;
    const named = (at: number) => key(worlds, at);
    this.holders = Array.from({ length: HOLDERS }, (_, at) => named(at));
    this.authorities = [named(10), named(11), named(12)];
    this.compliance = named(13);
    this.builder = named(14).publicKey;
    const creator = named(15);
    this.mints = [named(16).publicKey, named(17).publicKey];
    for (const wallet of [...this.holders, ...this.authorities, this.compliance, creator])
      chain.give(wallet.publicKey, 10n * SOL);
    for (const mint of this.mints) {
      const data = mintData(creator.publicKey, { supply: TOKENS * BigInt(HOLDERS) });
      chain.write(mint, chain.rent(data.length), data, TOKEN_PROGRAM_ID);
      for (const { publicKey } of this.holders) this.openTokens(publicKey, mint, TOKENS);
      for (const { publicKey } of this.authorities) this.openTokens(publicKey, mint, 0n);
      this.openTokens(this.builder, mint, 0n);
    }
    const deadline = chain.now + 5n * DAY;
    const terms = {
      builder: this.builder,
      price,
      minShares: most / 3n,
      maxShares: most,
      deadline,
      windowSeconds: DAY,
      tranches: [
        { part: 3_333, date: deadline + 10n * DAY },
        { part: 3_333, date: deadline + 30n * DAY },
        { part: 3_334, date: deadline + 60n * DAY },
      ],
    };
    const id = BigInt(worlds);
    this.address = assetAddress({ creator: creator.publicKey, id });
    const [payment, reward] = this.mints;
    const creation = createAsset({
      creator: creator.publicKey,
      id,
      authority: this.authorities[0]!.publicKey,
      ...(permits ? { compliance: this.compliance.publicKey } : {}),
      payment: { mint: payment! },
      reward: { mint: reward! },
      terms,
      metadata: METADATA,
    });
    this.must(creation, [creator]);
    const asset = this.asset();
    const holders = this.holders.map((holder): ModelHolder => {
      const payer = creator.publicKey;
      this.must([createShareAccount({ asset, payer, owner: holder.publicKey })], [creator]);
      return { shares: 0n, frozen: permits, tokens: [TOKENS, TOKENS], permit: null, stake: null };
    });
    this.model = new AssetModel(terms, permits, holders, chain.now);
  }

  private openTokens(owner: PublicKey, mint: PublicKey, amount: bigint): void {
    const data = tokenAccountData(mint, owner, { amount });
    this.chain.write(associated(owner, mint), this.chain.rent(data.length), data, TOKEN_PROGRAM_ID);
  }

  private must(instructions: TransactionInstruction[], signers: Keypair[]): void {
    expect(this.chain.send(instructions, signers)).to.equal(null);
  }

  asset(): Asset {
    return decodeAsset(this.address, this.chain.read(this.address).data);
  }

  private balance(account: PublicKey): { amount: bigint; frozen: boolean } {
    const { data } = this.chain.read(account);
    const { amount, state } = AccountLayout.decode(data.subarray(0, AccountLayout.span));
    return { amount, frozen: state === 2 };
  }

  shareAccount(at: number): PublicKey {
    const { shareMint, shareProgram } = this.asset();
    return associated(this.holders[at]!.publicKey, shareMint, shareProgram);
  }

  tokenAccount = (owner: PublicKey, stream: number): PublicKey => associated(owner, this.mints[stream]!);

  /** Requires that the chain is what the model says, and what must hold in any state. */
  check(): void {
    const { model } = this;
    if (model.closed) {
      expect(this.chain.read(this.address).lamports).to.equal(0n);
      return;
    }
    const asset = this.asset();
    const { state, sold, left, staked, stakes, nextTranche } = asset;
    expect({ state, sold, left, staked, stakes, nextTranche }).to.deep.equal({
      state: model.state,
      sold: model.sold,
      left: model.left,
      staked: model.staked,
      stakes: model.stakes,
      nextTranche: model.nextTranche,
    });
    const { number, open, announcedAt, objections } = model.announcement;
    expect(asset.firstTrancheFrom).to.equal(
      number === 0 && announcedAt > 0n ? announcedAt + OBJECTION_SECONDS : null,
    );
    if (number > 0) expect(asset.announcement).to.include({ number, open, announcedAt, objections });
    expect(asset.authority.equals(this.authorities[model.authority]!.publicKey)).to.equal(true);
    const escrow = this.balance(asset.escrow).amount;
    expect(escrow, 'escrow').to.equal(model.escrow);
    if (state === 'funding' || state === 'failed')
      expect(escrow >= model.terms.price * model.supply, 'refunds are covered').to.equal(true);
    else expect(escrow, 'what is left is there').to.equal(left);
    this.checkStreams(asset);
    this.checkHolders(asset);
  }

  private checkStreams(asset: Asset): void {
    const { model } = this;
    for (const [at, revenue] of asset.revenue.entries()) {
      expect(revenue!.stream).to.deep.equal(model.streams[at]);
      expect(revenue!.held).to.equal(model.held[at]);
      expect(this.balance(revenue!.vault).amount, 'vault').to.equal(model.vaults[at]);
      expect(model.held[at]! <= model.vaults[at]!, 'what is owed is there').to.equal(true);
      expect(model.claimed[at]! <= model.deposited[at]!, 'claims never exceed deposits').to.equal(true);
    }
  }

  private checkHolders(asset: Asset): void {
    const { model, chain } = this;
    let [held, earning, staked] = [0n, 0n, 0n];
    for (const [at, holder] of model.holders.entries()) {
      const { publicKey } = this.holders[at]!;
      expect(this.balance(this.shareAccount(at))).to.deep.equal({
        amount: holder.shares,
        frozen: holder.frozen,
      });
      const tokens = [0, 1].map((stream) => this.balance(this.tokenAccount(publicKey, stream)).amount);
      expect(tokens, `tokens of holder ${at}`).to.deep.equal(holder.tokens);
      const address = stakeAddress({ asset: this.address, owner: publicKey });
      const { data } = chain.read(address);
      held += holder.shares;
      if (!holder.stake) {
        expect(data.length).to.equal(0);
        continue;
      }
      const { earning: earns, idle, eligible, seen, objected, incomes } = decodeStake(address, data);
      expect({ earning: earns, idle, eligible, seen, objected, incomes }).to.deep.equal(holder.stake);
      held += earns + idle;
      earning += earns;
      staked += earns + idle;
    }
    expect(held, 'every share is somebody’s').to.equal(model.supply);
    expect(earning, 'the total stake').to.equal(asset.staked);
    expect(this.balance(asset.stakeVault).amount, 'staked shares are there').to.equal(staked);
  }
}
