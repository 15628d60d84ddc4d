import { randomBytes } from 'node:crypto';
import {
  type Asset,
  type AssetState,
  announceTranche,
  assetAddress,
  type CreateAsset,
  createAsset,
  createShareAccount,
  depositRevenue,
  fetchAsset,
  fetchStake,
  finalizeAsset,
  fundAsset,
  type Metadata,
  OBJECTION_SECONDS,
  openClawBack,
  registerAssetDevices,
  type Stake,
  setPermit,
  stakeShares,
  syncPermit,
  type Terms,
} from '@commonwire/sdk/assets';
import { sendAndConfirm, TOKEN_PROGRAM_ID } from '@commonwire/sdk/core';
import { Kind } from '@commonwire/sdk/device';
import { NO_LIMIT } from '@commonwire/sdk/network';
import {
  createAssociatedTokenAccountIdempotentInstruction,
  createMintToInstruction,
  getAssociatedTokenAddressSync,
} from '@solana/spl-token';
import { Keypair, type PublicKey, type Signer, type TransactionInstruction } from '@solana/web3.js';
import { chainTime, fund, type TestChain } from '../chain';
import { newDevice, type TestNetwork } from '../network';
import { mintInstructions } from '../tokens';

export const DAY = 86_400;
export const PRICE = 1_000n;

export const METADATA: Metadata = {
  name: 'Sun of Mesa',
  kind: 1,
  h3Cell: 0x8a268cdac307fffn,
  capacity: 5_000_000_000n,
  documents: 'https://example.org/mesa/documents.json',
  documentsHash: new Uint8Array(32).fill(3),
};
export const EVIDENCE = {
  evidence: 'https://example.org/mesa/foundation.jpg',
  evidenceHash: new Uint8Array(32).fill(9),
};

export interface AssetOptions {
  /** Whether holders need permits. */
  permits?: boolean;
  /** Whether its creator is its authority too. */
  ownAuthority?: boolean;
  /** The reward token of its devices' network. Default: one of its own. */
  reward?: { mint: PublicKey; tokenProgram?: PublicKey } | null;
  payment?: { mint: PublicKey; tokenProgram?: PublicKey };
  /** Seconds until the deadline. */
  fundingSeconds?: number;
  terms?: Partial<Terms>;
}

let sent = 0;

/** One asset with the keys of everybody who matters to it, and short ways through its life. */
export class TestAsset {
  private constructor(
    readonly chain: TestChain,
    readonly address: PublicKey,
    readonly creator: Keypair,
    readonly authority: Keypair,
    readonly builder: Keypair,
    readonly compliance: Keypair | null,
  ) {}

  /** An asset of 10 to 100 shares at 1,000 base units, half of whose money is paid at first, a third after it, and the rest. */
  static async create(chain: TestChain, options: AssetOptions = {}): Promise<TestAsset> {
    const { args, signers, builder, compliance, authority, instructions } = await assetCreation(
      chain,
      options,
    );
    await send(chain, instructions, signers);
    const [creator] = signers;
    return new TestAsset(chain, assetAddress(args), creator!, authority, builder, compliance);
  }

  asset = (): Promise<Asset> => fetchAsset(this.chain.connection, this.address, 'processed');
  stakeOf = async (owner: Keypair): Promise<Stake> =>
    (await fetchStake(this.chain.connection, { asset: this.address, owner: owner.publicKey }))!;
  send = (instructions: TransactionInstruction | TransactionInstruction[], signers: Signer[] = []) =>
    send(this.chain, [instructions].flat(), signers);
  now = (): Promise<bigint> => chainTime(this.chain.connection);

  /** Gives a wallet payment tokens. */
  async give(to: PublicKey, amount: bigint, stream = 0): Promise<void> {
    const { mint, tokenProgram } = (await this.asset()).revenue[stream]!;
    const account = getAssociatedTokenAddressSync(mint, to, true, tokenProgram);
    const payer = this.chain.payer.publicKey;
    await this.send([
      createAssociatedTokenAccountIdempotentInstruction(payer, account, to, mint, tokenProgram),
      ...(amount > 0n ? [createMintToInstruction(mint, account, payer, amount, [], tokenProgram)] : []),
    ]);
  }

  /** A wallet with payment tokens, accounts of both streams and of shares, and a permit where one is needed. */
  async wallet(tokens = 1_000_000n): Promise<Keypair> {
    const wallet = await fund(this.chain.connection, 10);
    const asset = await this.asset();
    await this.give(wallet.publicKey, tokens);
    if (asset.revenue[1]) await this.give(wallet.publicKey, 0n, 1);
    const payer = this.chain.payer.publicKey;
    await this.send(createShareAccount({ asset, payer, owner: wallet.publicKey }));
    if (this.compliance) await this.permit(wallet, await this.inDays(3000));
    return wallet;
  }

  async inDays(days: number): Promise<bigint> {
    return (await this.now()) + BigInt(days * DAY);
  }

  async permit(wallet: Keypair, expiresAt: bigint): Promise<void> {
    const compliance = this.compliance!.publicKey;
    await this.send(
      setPermit({
        compliance,
        payer: this.chain.payer.publicKey,
        wallet: wallet.publicKey,
        jurisdiction: 484,
        expiresAt,
      }),
      [this.compliance!],
    );
  }

  async sync(wallet: Keypair, staked = false): Promise<void> {
    await this.send(syncPermit({ asset: await this.asset(), wallet: wallet.publicKey, staked }));
  }

  async fund(funder: Keypair, shares: bigint): Promise<void> {
    await this.send(fundAsset({ asset: await this.asset(), funder: funder.publicKey, shares }), [funder]);
  }

  /** Lets time pass to the deadline, if it is ahead, and ends funding. */
  async finalize(): Promise<AssetState> {
    const asset = await this.asset();
    const left = asset.terms.deadline - (await this.now());
    if (left > 0n && asset.sold < asset.terms.maxShares) await this.chain.passSeconds(Number(left));
    await this.send(finalizeAsset(asset));
    return (await this.asset()).state;
  }

  /** Wallets that hold so many shares of the asset, which is funded by them. */
  async funded(...shares: bigint[]): Promise<Keypair[]> {
    const wallets: Keypair[] = [];
    for (const part of shares) {
      const wallet = await this.wallet();
      await this.fund(wallet, part);
      wallets.push(wallet);
    }
    await this.finalize();
    return wallets;
  }

  async stake(owner: Keypair, shares: bigint): Promise<void> {
    if (this.compliance) await this.sync(owner);
    await this.send(stakeShares({ asset: await this.asset(), owner: owner.publicKey, shares }), [owner]);
  }

  /** Announces the next tranche, the first one as soon as it can be. */
  async announce(): Promise<void> {
    const { firstTrancheFrom } = await this.asset();
    const wait = Number((firstTrancheFrom ?? 0n) - (await this.now()));
    if (wait > 0) await this.chain.passSeconds(wait);
    await this.send(announceTranche({ asset: await this.asset(), ...EVIDENCE }), [this.authority]);
  }

  async openClawBack(caller = this.authority): Promise<void> {
    await this.send(openClawBack({ asset: await this.asset(), caller: caller.publicKey }), [caller]);
  }

  /** Registers so many devices of the asset in a network. */
  async registerDevices(network: TestNetwork, count: number): Promise<void> {
    const built = registerAssetDevices({
      asset: await this.asset(),
      payer: this.chain.payer.publicKey,
      network: network.address,
      kind: Kind.energy,
      devices: Array.from({ length: count }, () => newDevice(Keypair.generate())),
      maxFee: NO_LIMIT,
    });
    await this.send(built, [this.authority]);
  }

  passObjections = (): Promise<void> => this.chain.passSeconds(Number(OBJECTION_SECONDS));

  async deposit(amount: bigint, stream = 0): Promise<void> {
    const depositor = await this.wallet(amount);
    if (stream > 0) await this.give(depositor.publicKey, amount, stream);
    await this.send(
      depositRevenue({ asset: await this.asset(), stream, depositor: depositor.publicKey, amount }),
      [depositor],
    );
  }

  /** Lets time pass to the beginning of the streams' next window. */
  async nextWindow(): Promise<void> {
    const { windowSeconds } = (await this.asset()).terms;
    await this.chain.passSeconds(Number(windowSeconds - ((await this.now()) % windowSeconds)));
  }

  async balance(account: PublicKey): Promise<bigint> {
    const { value } = await this.chain.connection.getTokenAccountBalance(account, 'processed');
    return BigInt(value.amount);
  }

  /** Base units of a stream's token in a wallet. */
  async tokens(owner: PublicKey, stream = 0): Promise<bigint> {
    const { mint, tokenProgram } = (await this.asset()).revenue[stream]!;
    return this.balance(getAssociatedTokenAddressSync(mint, owner, true, tokenProgram));
  }

  async sharesOf(owner: Keypair): Promise<bigint> {
    return this.balance(await this.shareAccount(owner.publicKey));
  }

  async shareAccount(owner: PublicKey): Promise<PublicKey> {
    const { shareMint, shareProgram } = await this.asset();
    return getAssociatedTokenAddressSync(shareMint, owner, false, shareProgram);
  }
}

/** Sends one transaction. Its compute budget makes it another than one before with the same instructions. */
export function send(
  { connection, payer }: TestChain,
  instructions: TransactionInstruction[],
  signers: Signer[] = [],
): Promise<string> {
  sent += 1;
  const computeUnitLimit = 300_000 + (sent % 1_000_000);
  return sendAndConfirm(connection, payer, instructions, { signers, computeUnitLimit });
}

/** A new plain mint of 6 decimals whose authority is the chain's payer. */
export async function makeMint(chain: TestChain): Promise<PublicKey> {
  const key = Keypair.generate();
  const mintAuthority = chain.payer.publicKey;
  await send(chain, await mintInstructions(chain, key.publicKey, { mintAuthority }), [key]);
  return key.publicKey;
}

/** Everything that a creation needs, each replaceable. The creator is the first signer. */
export async function assetCreation(chain: TestChain, options: AssetOptions = {}) {
  const creator = await fund(chain.connection, 10);
  const authority = options.ownAuthority ? creator : await fund(chain.connection, 10);
  const [builder, compliance] = [Keypair.generate(), options.permits ? Keypair.generate() : null];
  const payment = options.payment ?? { mint: await makeMint(chain) };
  const reward = options.reward === undefined ? { mint: await makeMint(chain) } : options.reward;
  const deadline = (await chainTime(chain.connection)) + BigInt(options.fundingSeconds ?? 10 * DAY);
  const due = (days: number) => deadline + BigInt(days * DAY);
  const args: CreateAsset = {
    creator: creator.publicKey,
    id: randomBytes(8).readBigUInt64LE(),
    authority: authority.publicKey,
    ...(compliance ? { compliance: compliance.publicKey } : {}),
    payment: { tokenProgram: TOKEN_PROGRAM_ID, ...payment },
    ...(reward ? { reward } : {}),
    terms: {
      builder: builder.publicKey,
      price: PRICE,
      minShares: 10n,
      maxShares: 100n,
      deadline,
      windowSeconds: BigInt(DAY),
      tranches: [
        { part: 5000, date: due(30) },
        { part: 3333, date: due(60) },
        { part: 1667, date: due(90) },
      ],
      ...options.terms,
    },
    metadata: METADATA,
  };
  return { args, signers: [creator], authority, builder, compliance, instructions: createAsset(args) };
}
