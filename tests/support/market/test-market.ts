import { randomBytes } from 'node:crypto';
import {
  admitMeter,
  areaAddress,
  type CreateMarket,
  closeOrder,
  collectDue,
  createArea,
  createMarket,
  createOffer,
  createOrder,
  fetchArea,
  fetchMarket,
  fetchOffer,
  fetchOrder,
  INTERVAL_SECONDS,
  type MarketFees,
  marketAddress,
  nextInterval,
  type Offer,
  type OfferTerms,
  type Order,
  type OrderClosing,
  type OrderTerms,
  offerAddress,
  orderAddress,
  settleUse,
  type UsageLeaf,
  UsageTree,
} from '@commonwire/sdk/market';
import { postEpoch } from '@commonwire/sdk/network';
import {
  createAssociatedTokenAccountIdempotentInstruction,
  createMintToInstruction,
  getAssociatedTokenAddressSync,
} from '@solana/spl-token';
import { Keypair, type PublicKey, type Signer, type TransactionInstruction } from '@solana/web3.js';
import { makeMint, send } from '../assets';
import { chainTime, fund, type TestChain } from '../chain';
import { TestNetwork } from '../network';

export const CELL = 0x882a100d2dfffffn;
export const LATE_WINDOW_SECONDS = 7_200;
/** Two percent, of which nothing is burnt. */
export const FEE_BPS = 200;

export interface MarketOptions {
  /** Whether it pays in its network's reward token. */
  reward?: boolean;
  fees?: Partial<MarketFees>;
  /** What its network is made with. */
  network?: Parameters<typeof TestNetwork.create>[1];
  /** Another token to pay in, of SPL Token, that the chain's payer can mint. */
  mint?: PublicKey;
}

/** One market with an area, the keys of everybody who matters to it, and short ways through its life. */
export class TestMarket {
  private constructor(
    readonly network: TestNetwork,
    readonly address: PublicKey,
    readonly creator: Keypair,
    readonly authority: Keypair,
    readonly operator: Keypair,
    readonly mint: PublicKey,
    /** Receives the fees. */
    readonly recipient: PublicKey,
  ) {}

  static async create(chain: TestChain, options: MarketOptions = {}): Promise<TestMarket> {
    const { args, creator, authority, network, instructions } = await marketCreation(chain, options);
    await send(chain, instructions, [creator]);
    const operator = await fund(chain.connection, 10);
    const market = new TestMarket(
      network,
      marketAddress(args),
      creator,
      authority,
      operator,
      args.mint,
      args.fees.recipient!,
    );
    await market.send(
      createArea({
        market: market.address,
        authority: authority.publicKey,
        payer: chain.payer.publicKey,
        cell: CELL,
        operator: operator.publicKey,
        lossBps: 300,
        uses: ['energy', 'bandwidth', 'parking', 'ride'],
      }),
      [authority],
    );
    return market;
  }

  get chain(): TestChain {
    return this.network.chain;
  }
  get area(): PublicKey {
    return areaAddress({ market: this.address, cell: CELL });
  }

  send = (instructions: TransactionInstruction | TransactionInstruction[], signers: Signer[] = []) =>
    send(this.chain, [instructions].flat(), signers);
  now = (): Promise<bigint> => chainTime(this.chain.connection);
  market = () => fetchMarket(this.chain.connection, this.address);
  areaState = () => fetchArea(this.chain.connection, this.area);
  offer = (address: PublicKey) => fetchOffer(this.chain.connection, address);
  order = (address: PublicKey) => fetchOrder(this.chain.connection, address);

  tokensOf = (owner: PublicKey): PublicKey => getAssociatedTokenAddressSync(this.mint, owner, true);

  async balance(account: PublicKey): Promise<bigint> {
    const { value } = await this.chain.connection.getTokenAccountBalance(account, 'processed');
    return BigInt(value.amount);
  }
  vault = async (): Promise<bigint> => this.balance((await this.market()).vault);

  /** A wallet with SOL and tokens. */
  async wallet(tokens = 1_000_000n): Promise<Keypair> {
    const wallet = await fund(this.chain.connection, 10);
    const [account, payer] = [this.tokensOf(wallet.publicKey), this.chain.payer.publicKey];
    await this.send([
      createAssociatedTokenAccountIdempotentInstruction(payer, account, wallet.publicKey, this.mint),
      createMintToInstruction(this.mint, account, payer, tokens),
    ]);
    return wallet;
  }

  async admit(...devices: number[]): Promise<void> {
    for (const device of devices)
      await this.send(admitMeter({ area: this.area, operator: this.operator.publicKey, device }), [
        this.operator,
      ]);
  }

  /** Terms of energy for the intervals from the next one on. */
  async offerTerms(changes: Partial<OfferTerms> = {}): Promise<OfferTerms> {
    const from = nextInterval(await this.now());
    return {
      use: 'energy',
      minPrice: 10n,
      capacity: 1_000_000n,
      from,
      until: from + 4n * INTERVAL_SECONDS,
      devices: [1, 2],
      cancelFeeBps: 0,
      ...changes,
    };
  }

  async orderTerms(changes: Partial<OrderTerms> = {}): Promise<OrderTerms> {
    const from = nextInterval(await this.now());
    return {
      use: 'energy',
      budget: 100_000n,
      maxPrice: 30n,
      from,
      until: from + 4n * INTERVAL_SECONDS,
      device: 0,
      sessionKey: null,
      ...changes,
    };
  }

  async createOffer(owner: Keypair, changes: Partial<OfferTerms> = {}, id = newId()): Promise<PublicKey> {
    const terms = await this.offerTerms(changes);
    const at = { market: this.address, owner: owner.publicKey, id };
    const area = terms.use === 'energy' ? { area: this.area } : {};
    await this.send(createOffer({ ...at, terms, ...area }), [owner]);
    return offerAddress(at);
  }

  /** Makes an order in the area, or one that names this offer. */
  async createOrder(
    consumer: Keypair,
    changes: Partial<OrderTerms> = {},
    id = newId(),
    offer?: PublicKey,
  ): Promise<PublicKey> {
    const terms = await this.orderTerms(changes);
    const market = await this.market();
    const at = offer ? { offer } : { area: this.area };
    await this.send(createOrder({ market, consumer: consumer.publicKey, id, terms, ...at }), [consumer]);
    return orderAddress({ market: this.address, consumer: consumer.publicKey, id });
  }

  leafOf = (account: Order | Offer, units: bigint, amount: bigint): UsageLeaf => ({
    side: 'consumer' in account ? 'order' : 'offer',
    account: account.address,
    birth: account.birth,
    counterparty: this.area,
    units,
    amount,
  });

  /** Promotes an epoch with this usage root, whatever tree it is of. */
  async promote(usageRoot: Uint8Array): Promise<void> {
    const { network } = this;
    await network.cut();
    const message = await network.message([], { usageRoot });
    await network.send(postEpoch(network.address, network.sign(message)));
    await network.promote();
  }

  /** Promotes an epoch in which these leaves were used. */
  async epoch(leaves: readonly UsageLeaf[]): Promise<UsageTree> {
    const tree = new UsageTree(leaves);
    await this.promote(tree.root);
    return tree;
  }

  async settlement(tree: UsageTree, account: PublicKey): Promise<TransactionInstruction> {
    const { leaf, ...proof } = tree.prove(account)!;
    return settleUse({ market: await this.market(), leaf, proof });
  }

  async settle(tree: UsageTree, account: PublicKey): Promise<string> {
    return this.send(await this.settlement(tree, account));
  }

  async collect(offer: PublicKey): Promise<string> {
    return this.send(collectDue({ market: await this.market(), offer: await this.offer(offer) }));
  }

  async closing(order: PublicKey, closing: OrderClosing): Promise<TransactionInstruction> {
    return closeOrder({ market: await this.market(), order: await this.order(order), closing });
  }

  /** Lets time pass to the end of an order or offer and its late window. */
  async passEnd(until: bigint): Promise<void> {
    const left = Number(until - (await this.now())) + LATE_WINDOW_SECONDS;
    if (left > 0) await this.chain.passSeconds(left);
  }
}

export const newId = (): bigint => randomBytes(8).readBigUInt64LE();

/** Everything that a creation needs, each replaceable. */
export async function marketCreation(chain: TestChain, options: MarketOptions = {}) {
  const { reward = false, fees = {} } = options;
  const [creator, authority] = [await fund(chain.connection, 10), await fund(chain.connection, 10)];
  const payer = chain.payer.publicKey;
  // The chain's payer can mint either token.
  const network = await TestNetwork.create(chain, { ...options.network, funded: reward });
  const mint = reward ? network.mint : (options.mint ?? (await makeMint(chain)));
  const holder = Keypair.generate().publicKey;
  const recipient = getAssociatedTokenAddressSync(mint, holder);
  await send(chain, [createAssociatedTokenAccountIdempotentInstruction(payer, recipient, holder, mint)]);
  const args: CreateMarket = {
    creator: creator.publicKey,
    id: newId(),
    network: network.address,
    authority: authority.publicKey,
    mint,
    fees: { recipient, feeBps: FEE_BPS, burnBps: 0, ...fees },
    lateWindowSeconds: LATE_WINDOW_SECONDS,
  };
  return { args, creator, authority, network, instructions: createMarket(args) };
}
