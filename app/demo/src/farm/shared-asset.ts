import { randomBytes } from 'node:crypto';
import {
  type Asset,
  announceTranche,
  assetAddress,
  claimableOf,
  claimRevenue,
  createAsset,
  createShareAccount,
  depositRevenue,
  fetchAsset,
  fetchStake,
  finalizeAsset,
  fundAsset,
  type Metadata,
  objectTranche,
  PAYMENT_STREAM,
  payTranche,
  REWARD_STREAM,
  redeemShares,
  refundShares,
  setPermit,
  sharesOf,
  stakeShares,
  sweepRevenue,
  syncPermit,
  type Terms,
  unstakeShares,
} from '@commonwire/sdk/assets';
import {
  createAssociatedTokenAccountIdempotentInstruction,
  createTransferCheckedInstruction,
} from '@solana/spl-token';
import type { Keypair, PublicKey, TransactionInstruction } from '@solana/web3.js';
import { type Stage, tokensOf } from '../stage';
import { EVIDENCE, JURISDICTION, PERMIT_SECONDS } from './plan';

/** Decimals of the payment token. */
export const DECIMALS = 6;

/** Who has a say in an asset. */
export interface Roles {
  /** Creates the asset and announces its tranches. */
  authority: Keypair;
  builder: PublicKey;
  /** Gives permits; null: shares need none. */
  compliance: Keypair | null;
}

/** A wallet with the shares that it bought. */
export interface Holder {
  wallet: Keypair;
  shares: bigint;
}

/** An asset on the demo's stage, and what people do with it. The stage's payer pays every fee and rent. */
export class SharedAsset {
  private constructor(
    private readonly stage: Stage,
    readonly address: PublicKey,
    readonly roles: Roles,
  ) {}

  static async create(
    stage: Stage,
    roles: Roles,
    given: { payment: PublicKey; reward: PublicKey; terms: Omit<Terms, 'builder'>; metadata: Metadata },
  ): Promise<SharedAsset> {
    const { authority, builder, compliance } = roles;
    const args = {
      creator: stage.payer.publicKey,
      id: randomBytes(8).readBigUInt64LE(),
      authority: authority.publicKey,
      ...(compliance ? { compliance: compliance.publicKey } : {}),
      payment: { mint: given.payment },
      reward: { mint: given.reward },
      terms: { ...given.terms, builder },
      metadata: given.metadata,
    };
    await stage.send(createAsset(args));
    return new SharedAsset(stage, assetAddress(args), roles);
  }

  read = (): Promise<Asset> => fetchAsset(this.stage.connection, this.address);

  async permit({ wallet }: Holder): Promise<void> {
    const { compliance } = this.roles;
    if (!compliance) throw new RangeError('this asset asks for no permits');
    const permit = setPermit({
      compliance: compliance.publicKey,
      payer: this.stage.payer.publicKey,
      wallet: wallet.publicKey,
      jurisdiction: JURISDICTION,
      expiresAt: (await this.stage.now()) + PERMIT_SECONDS,
    });
    await this.stage.send(permit, [compliance]);
  }

  /** Buys the holder's shares. */
  async fund({ wallet, shares }: Holder): Promise<void> {
    const asset = await this.read();
    const [payer, owner] = [this.stage.payer.publicKey, wallet.publicKey];
    const buying = fundAsset({ asset, funder: owner, shares });
    await this.stage.send([createShareAccount({ asset, payer, owner }), buying], [wallet]);
  }

  async finalize(): Promise<Asset> {
    await this.stage.send(finalizeAsset(await this.read()));
    return this.read();
  }

  async refund({ wallet }: Holder): Promise<void> {
    await this.stage.send(refundShares({ asset: await this.read(), holder: wallet.publicKey }), [wallet]);
  }

  async stake({ wallet, shares }: Holder): Promise<void> {
    const asset = await this.read();
    const [payer, owner] = [this.stage.payer.publicKey, wallet.publicKey];
    const staking = stakeShares({ asset, owner, payer, shares });
    await this.stage.send([...this.thawing(asset, owner), staking], [wallet]);
  }

  /** Announces the next tranche. @returns when it can be objected to no more, chain time */
  async announce(): Promise<bigint> {
    const { authority } = this.roles;
    await this.stage.send(announceTranche({ asset: await this.read(), ...EVIDENCE }), [authority]);
    return (await this.read()).announcement!.announcedAt;
  }

  async object({ wallet }: Holder): Promise<Asset> {
    const asset = await this.read();
    await this.stage.send(objectTranche({ asset, owner: wallet.publicKey }), [wallet]);
    return this.read();
  }

  /** Pays the announced tranche to the builder. */
  async payTranche(): Promise<void> {
    const asset = await this.read();
    const { mint } = asset.revenue[0];
    const [payer, builder] = [this.stage.payer.publicKey, this.roles.builder];
    const opening = createAssociatedTokenAccountIdempotentInstruction(
      payer,
      tokensOf(mint, builder),
      builder,
      mint,
    );
    await this.stage.send([opening, payTranche(asset)]);
  }

  /** Redeems all that a holder has staked. */
  async redeem({ wallet }: Holder): Promise<void> {
    const [asset, owner] = [await this.read(), wallet.publicKey];
    const shares = await this.staked(owner);
    const unstaking = unstakeShares({ asset, owner, shares });
    await this.stage.send([unstaking, redeemShares({ asset, holder: owner, shares })], [wallet]);
  }

  async deposit(depositor: Keypair, amount: bigint): Promise<void> {
    const asset = await this.read();
    await this.stage.send(depositRevenue({ asset, depositor: depositor.publicKey, amount }), [depositor]);
  }

  /** Base units that have arrived in the vault of the reward token and weren't swept. */
  async arrived(): Promise<bigint> {
    const { vault, held } = (await this.read()).revenue[REWARD_STREAM]!;
    return (await this.stage.balance(vault)) - held;
  }

  /** Takes in what the devices were paid. @returns how much, base units */
  async sweep(): Promise<bigint> {
    const asset = await this.read();
    if ((await this.arrived()) === 0n) return 0n;
    await this.stage.send(sweepRevenue({ asset, stream: REWARD_STREAM }));
    const [before, after] = [asset, await this.read()].map(({ revenue }) => revenue[REWARD_STREAM]!.held);
    return after! - before!;
  }

  /** Waits until all that was taken in by now has been released. */
  async released(): Promise<void> {
    const { windowSeconds } = (await this.read()).terms;
    const window = (await this.stage.now()) / windowSeconds;
    await this.stage.until((window + 2n) * windowSeconds);
  }

  /** Claims what a holder's stake has earned of both tokens. */
  async claim({ wallet }: Holder): Promise<void> {
    const [asset, owner] = [await this.read(), wallet.publicKey];
    const claimable = claimableOf(asset, await this.stakeOf(owner), await this.stage.now());
    const claims = [PAYMENT_STREAM, REWARD_STREAM]
      .filter((stream) => claimable[stream]! > 0n)
      .map((stream) => claimRevenue({ asset, owner, stream }));
    if (claims.length > 0) await this.stage.send(claims, [wallet]);
  }

  /** Sells staked shares for so many base units of the payment token, in one transaction. The buyer stakes them. */
  async sell(seller: Keypair, buyer: Keypair, shares: bigint, amount: bigint): Promise<void> {
    const asset = await this.read();
    const { shareMint, shareProgram } = asset;
    const [from, to] = [seller.publicKey, buyer.publicKey];
    const { mint } = asset.revenue[0];
    await this.stage.send(
      [
        unstakeShares({ asset, owner: from, shares }),
        ...this.thawing(asset, from),
        ...this.thawing(asset, to),
        createTransferCheckedInstruction(
          sharesOf(asset, from),
          shareMint,
          sharesOf(asset, to),
          from,
          shares,
          0,
          [],
          shareProgram,
        ),
        createTransferCheckedInstruction(
          tokensOf(mint, to),
          mint,
          tokensOf(mint, from),
          to,
          amount,
          DECIMALS,
        ),
      ],
      [seller, buyer],
    );
    await this.stake({ wallet: buyer, shares });
  }

  /** Shares that a wallet has staked. */
  staked = async (owner: PublicKey): Promise<bigint> => (await this.stakeOf(owner)).earning;

  /** Lets a wallet's shares move where its permit is valid: they are frozen between two transactions of the asset. */
  private thawing(asset: Asset, wallet: PublicKey): TransactionInstruction[] {
    return asset.compliance ? [syncPermit({ asset, wallet })] : [];
  }

  private async stakeOf(owner: PublicKey) {
    const stake = await fetchStake(this.stage.connection, { asset: this.address, owner });
    if (!stake) throw new RangeError(`${owner} has no stake in ${this.address}`);
    return stake;
  }
}
