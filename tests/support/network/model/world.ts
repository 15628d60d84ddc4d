import {
  createNetwork,
  type Emission,
  eventAuthority,
  type NetworkPolicy,
  NO_LIMIT,
  networkAddress,
  PROGRAM_ID,
  setCommittee,
  vaultAddress,
} from '@commonwire/sdk/network';
import { TOKEN_PROGRAM_ID } from '@solana/spl-token';
import {
  Keypair,
  type PublicKey,
  SYSVAR_INSTRUCTIONS_PUBKEY,
  SystemProgram,
  type TransactionInstruction,
} from '@solana/web3.js';
import type { ModelChain } from '../../model/chain';
import type { Attempt, ModelWorld } from '../../model/steps';
import { mintData, tokenAccountData } from '../../tokens';
import { NetworkModel } from './network-model';

const SOL = 1_000_000_000n;

/** The genesis hash that every network of the model names. */
export const GENESIS_HASH = new Uint8Array(32).fill(9);

export const BASE_POLICY: NetworkPolicy = {
  deviceEpochCap: 1_000n,
  payoutLimit: NO_LIMIT,
  oracleBond: 0n,
  deviceFee: 1_000n,
  epochSeconds: 60,
  challengeSeconds: 30,
  payoutWindowSeconds: 120,
  bondLockSeconds: 600,
  maxCapacity: [0, 100, 50, 0, 0, 0, 0, 0],
  capacityFee: [0, 2, 0, 0, 0, 0, 0, 0],
};

/** The kinds of networks that live beside each other. */
const FOUNDINGS: readonly { funded: boolean; emission: Emission; policy: NetworkPolicy }[] = [
  {
    funded: false,
    emission: { maxSupply: 10_000_000n, epochCap: 5_000n, halvingEpochs: 0n },
    policy: BASE_POLICY,
  },
  {
    funded: true,
    emission: { maxSupply: 10_000_000n, epochCap: 5_000n, halvingEpochs: 0n },
    policy: { ...BASE_POLICY, deviceFee: 0n, capacityFee: Array(8).fill(0) },
  },
  {
    funded: false,
    emission: { maxSupply: 6_000n, epochCap: 4_000n, halvingEpochs: 3n },
    policy: { ...BASE_POLICY, payoutLimit: 2_000n, payoutWindowSeconds: 30 },
  },
];

/** A network on the chain with its model. */
export interface Site {
  at: number;
  model: NetworkModel;
  address: PublicKey;
  mint: PublicKey;
  vault: PublicKey;
  authority: Keypair;
  guardian: Keypair;
  creator: Keypair;
  /** The instruction of a creation with the same arguments. */
  creation: TransactionInstruction;
  /** Base units in the owners' token accounts, by owner. */
  balances: Map<string, bigint>;
  /** Base units sent to the vault past the program. */
  donated: bigint;
  /** Base units that exist. */
  supply: bigint;
}

/** Programs and sysvars: nothing of anybody's. */
const SHARED = new Set(
  [PROGRAM_ID, eventAuthority(), TOKEN_PROGRAM_ID, SystemProgram.programId, SYSVAR_INSTRUCTIONS_PUBKEY].map(
    String,
  ),
);

let made = 0;

const wallet = (name: string): Keypair =>
  Keypair.fromSeed(Buffer.concat([Buffer.from(name), Buffer.alloc(32)]).subarray(0, 32));

/** Two or three networks, and everybody who may do something to them. */
export class World implements ModelWorld {
  readonly owners = ['owner 0', 'owner 1', 'owner 2', 'owner 3'].map(wallet);
  readonly stranger = wallet('stranger');
  readonly oracles = Array.from({ length: 6 }, (_, n) => wallet(`oracle ${n}`));
  readonly sites: Site[] = [];
  /** Accounts that anybody touched, and whose network they belong to; null: to none. */
  readonly tracked = new Map<string, number | null>();
  steps = 0;
  /** A description of the attempt, shown with failures. */
  readonly journal: string[] = [];

  constructor(
    readonly chain: ModelChain,
    networks: number,
  ) {
    for (let at = 0; at < networks; at++) this.sites.push(this.found(at));
    for (const site of this.sites) {
      for (const key of [site.address, site.mint, site.vault]) this.track(site, key);
      for (const { publicKey } of this.owners) this.track(site, this.account(site, publicKey));
      for (const { publicKey } of this.wallets(site)) chain.give(publicKey, 1_000n * SOL);
    }
  }

  /** Everybody who may sign something in a network, its authority first. */
  wallets({ authority, guardian }: Site): Keypair[] {
    const others = this.sites.flatMap((site) => [site.authority, site.guardian]);
    return [...new Set([authority, guardian, this.stranger, ...this.owners, ...others])];
  }

  /** Watches an account from now on, as one of this network if it is neither a wallet nor a program. */
  track({ at, ...site }: Site, key: PublicKey): void {
    const name = key.toBase58();
    if (this.tracked.has(name) || key.equals(this.chain.feePayer.publicKey) || SHARED.has(name)) return;
    const isWallet = [...this.wallets({ at, ...site }), site.creator].some(({ publicKey }) =>
      publicKey.equals(key),
    );
    this.tracked.set(name, isWallet ? null : at);
  }

  /** An owner's token account in a network. */
  account = ({ mint }: Site, owner: PublicKey): PublicKey => vaultAddress({ network: owner, mint });

  keypairOf(site: Site, key: PublicKey): Keypair {
    return this.wallets(site).find(({ publicKey }) => publicKey.equals(key)) ?? this.stranger;
  }

  /** Writes a mint of which `supply` exists. */
  writeMint(mint: PublicKey, authority: PublicKey, options: Parameters<typeof mintData>[1] = {}): void {
    this.writeToken(mint, mintData(authority, options));
  }

  /** Writes a token account with `amount`. */
  writeAccount(mint: PublicKey, owner: PublicKey, amount = 0n): void {
    this.writeToken(vaultAddress({ network: owner, mint }), tokenAccountData(mint, owner, { amount }));
  }

  private writeToken(address: PublicKey, data: Buffer): void {
    this.chain.write(address, this.chain.rent(data.length), data, TOKEN_PROGRAM_ID);
  }

  /** A number nobody used before. */
  number(): number {
    made += 1;
    return made;
  }

  /** An address nobody used before. */
  fresh(): PublicKey {
    const seed = Buffer.alloc(32, 3);
    seed.writeUInt32LE(this.number());
    return Keypair.fromSeed(seed).publicKey;
  }

  private found(at: number): Site {
    const { funded, emission, policy } = FOUNDINGS[at]!;
    const [authority, guardian, creator] = ['authority', 'guardian', 'creator'].map((role) =>
      wallet(`${role} ${at}`),
    ) as [Keypair, Keypair, Keypair];
    this.chain.give(creator.publicKey, 1_000n * SOL);
    const id = BigInt(this.number());
    const address = networkAddress({ creator: creator.publicKey, id });
    const mint = this.fresh();
    const balances = new Map(this.owners.map(({ publicKey }) => [publicKey.toBase58(), 0n]));
    if (funded) balances.set(this.owners[0]!.publicKey.toBase58(), 100_000n);
    const supply = funded ? 100_000n : 0n;
    this.writeMint(mint, address, { supply });
    this.writeAccount(mint, address);
    for (const { publicKey } of this.owners) {
      this.writeAccount(mint, publicKey, balances.get(publicKey.toBase58()));
    }
    const creation = createNetwork({
      creator: creator.publicKey,
      id,
      genesisHash: GENESIS_HASH,
      authority: authority.publicKey,
      guardian: guardian.publicKey,
      mint,
      funded,
      emission,
      policy,
    });
    const oracles = [0, 1, 2];
    const committee = setCommittee({
      network: address,
      authority: authority.publicKey,
      threshold: 2,
      keys: oracles.map((oracle) => this.oracles[oracle]!.publicKey.toBytes()),
    });
    const birth = this.chain.slot();
    const refused = this.chain.send([creation, committee], [creator, authority]);
    if (refused) throw new Error(`network ${at} could not be made: ${refused}`);
    const model = new NetworkModel({
      address,
      mint,
      authority: authority.publicKey,
      guardian: guardian.publicKey,
      funded,
      emission,
      policy,
      birth,
      lastCutTime: this.chain.now,
    });
    model.setCommittee(authority.publicKey, 2, oracles, []);
    const vault = vaultAddress({ network: address, mint });
    return {
      at,
      model,
      address,
      mint,
      vault,
      authority,
      guardian,
      creator,
      creation,
      balances,
      donated: 0n,
      supply,
    };
  }
}

/** One thing that somebody tries in a network. */
export interface NetworkAttempt extends Attempt {
  site: Site;
}
