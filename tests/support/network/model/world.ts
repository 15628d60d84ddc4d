import {
  bondAddress,
  createNetwork,
  depositBond,
  type Emission,
  eventAuthority,
  type NetworkFloors,
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
  PublicKey,
  SYSVAR_INSTRUCTIONS_PUBKEY,
  SystemProgram,
  type TransactionInstruction,
} from '@solana/web3.js';
import type { ModelChain } from '../../model/chain';
import type { Attempt, ModelWorld } from '../../model/steps';
import { mintData, tokenAccountData } from '../../tokens';
import { bondKey } from './committee-model';
import { type Moment, NetworkModel } from './network-model';
import type { Made } from './oracle';

const SOL = 1_000_000_000n;

/** The genesis hash that every network of the model names. */
export const GENESIS_HASH = new Uint8Array(32).fill(9);

export const BASE_POLICY: NetworkPolicy = {
  deviceEpochCap: 1_000n,
  payoutLimit: NO_LIMIT,
  oracleBond: 0n,
  deviceFee: 1_000n,
  demandBond: 7_000n,
  epochSeconds: 60,
  challengeSeconds: 30,
  payoutWindowSeconds: 120,
  bondLockSeconds: 600,
  answerSeconds: 20,
  challengeSlots: 2,
  maxCapacity: [0, 100, 50, 0, 0, 0, 0, 0],
  capacityFee: [0, 2, 0, 0, 0, 0, 0, 0],
};

const FLOORS: NetworkFloors = {
  epochSeconds: 25,
  challengeSeconds: 10,
  payoutWindowSeconds: 20,
  changeDelaySeconds: 100,
};

/** How a network begins. */
interface Beginning {
  funded: boolean;
  emission: Emission;
  floors: NetworkFloors;
  policy: NetworkPolicy;
  /** Lamports behind each of the first oracles. */
  bonded: bigint;
}

/** The kinds of networks that live beside each other. */
const BEGINNINGS: readonly Beginning[] = [
  {
    funded: false,
    emission: { maxSupply: 10_000_000n, epochCap: 5_000n, halvingEpochs: 0n },
    floors: FLOORS,
    policy: { ...BASE_POLICY, oracleBond: 1_005n },
    bonded: 2_009n,
  },
  {
    funded: true,
    emission: { maxSupply: 10_000_000n, epochCap: 5_000n, halvingEpochs: 0n },
    floors: { ...FLOORS, changeDelaySeconds: 0 },
    policy: { ...BASE_POLICY, deviceFee: 0n, capacityFee: Array(8).fill(0) },
    bonded: 0n,
  },
  {
    funded: false,
    emission: { maxSupply: 6_000n, epochCap: 4_000n, halvingEpochs: 3n },
    floors: { ...FLOORS, changeDelaySeconds: 50 },
    policy: { ...BASE_POLICY, payoutLimit: 2_500n, payoutWindowSeconds: 30 },
    bonded: 0n,
  },
];

/** What worlds differ in. */
export interface WorldSettings {
  networks: number;
  /** Which networks somebody watches, challenging and demanding what there is: bit i for network i. */
  watched: number;
}

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
  /** Whether an honest watcher looks at every epoch. */
  watched: boolean;
  /** Most that any promoted ledger showed a device to have earned. */
  proven: Map<number, bigint>;
  /** Whether the current ledger shows every device to have earned what it was paid. */
  covered: boolean;
  /** Ledgers that somebody approved, with their attempts. */
  approved: { made: Made; attempt: number }[];
}

/** Programs and sysvars: nothing of anybody's. */
const SHARED = new Set(
  [PROGRAM_ID, eventAuthority(), TOKEN_PROGRAM_ID, SystemProgram.programId, SYSVAR_INSTRUCTIONS_PUBKEY].map(
    String,
  ),
);

/** The oracles of every first committee. */
export const FIRST_ORACLES = [0, 1, 2];

let made = 0;

const wallet = (name: string): Keypair =>
  Keypair.fromSeed(Buffer.concat([Buffer.from(name), Buffer.alloc(32)]).subarray(0, 32));

/** Two or three networks, and everybody who may do something to them. */
export class World implements ModelWorld {
  readonly owners = ['owner 0', 'owner 1', 'owner 2', 'owner 3'].map(wallet);
  readonly stranger = wallet('stranger');
  readonly watcher = wallet('watcher');
  readonly oracles = Array.from({ length: 6 }, (_, n) => wallet(`oracle ${n}`));
  readonly sites: Site[] = [];
  /** Accounts that anybody touched, and whose network they belong to; null: to none. */
  readonly tracked = new Map<string, number | null>();
  steps = 0;
  /** A description of the attempt, shown with failures. */
  readonly journal: string[] = [];

  constructor(
    readonly chain: ModelChain,
    { networks, watched }: WorldSettings,
  ) {
    for (let at = 0; at < networks; at++) this.sites.push(this.found(at, ((watched >> at) & 1) === 1));
    for (const site of this.sites) {
      for (const key of [site.address, site.mint, site.vault]) this.track(site, key);
      for (const { publicKey } of this.owners) this.track(site, this.account(site, publicKey));
      for (const { publicKey } of [...this.wallets(site), ...this.oracles])
        chain.give(publicKey, 1_000n * SOL);
    }
  }

  /** Chain time and slot. */
  moment = (): Moment => ({ now: this.chain.now, slot: this.chain.slot() });

  /** Everybody who may sign something in a network, its authority first. */
  wallets({ authority, guardian }: Site): Keypair[] {
    const others = this.sites.flatMap((site) => [site.authority, site.guardian]);
    return [...new Set([authority, guardian, this.stranger, ...this.owners, this.watcher, ...others])];
  }

  /** Watches an account from now on, as one of this network if it is neither a wallet nor a program. */
  track({ at, ...site }: Site, key: PublicKey): void {
    const name = key.toBase58();
    if (this.tracked.has(name) || key.equals(this.chain.feePayer.publicKey) || SHARED.has(name)) return;
    const people = [...this.wallets({ at, ...site }), ...this.oracles, site.creator];
    const isWallet = people.some(({ publicKey }) => publicKey.equals(key));
    this.tracked.set(name, isWallet ? null : at);
  }

  /** An owner's token account in a network. */
  account = ({ mint }: Site, owner: PublicKey): PublicKey => vaultAddress({ network: owner, mint });

  /** Address of a bond by its key, also of one that was withdrawn. */
  bondAddress({ address: network }: Site, key: string): PublicKey {
    const [oracle, depositor] = key.split('/') as [string, string];
    const { publicKey } = this.oracles[Number(oracle)]!;
    return bondAddress({ network, oracle: publicKey.toBytes(), depositor: new PublicKey(depositor) });
  }

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

  private found(at: number, watched: boolean): Site {
    const { funded, emission, floors, policy, bonded } = BEGINNINGS[at]!;
    const [authority, guardian, creator] = ['authority', 'guardian', 'creator'].map((role) =>
      wallet(`${role} ${at}`),
    ) as [Keypair, Keypair, Keypair];
    this.chain.give(creator.publicKey, 1_000n * SOL);
    const id = BigInt(this.number());
    const address = networkAddress({ creator: creator.publicKey, id });
    const mint = this.fresh();
    const balances = new Map(this.owners.map(({ publicKey }) => [publicKey.toBase58(), 0n]));
    if (funded) for (const owner of [0, 1]) balances.set(this.owners[owner]!.publicKey.toBase58(), 100_000n);
    this.writeMint(mint, address, { supply: funded ? 200_000n : 0n });
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
      floors,
      policy,
    });
    const birth = this.chain.slot();
    const model = new NetworkModel({
      address,
      mint,
      authority: authority.publicKey,
      guardian: guardian.publicKey,
      funded,
      emission,
      floors,
      policy,
      birth,
      createdAt: this.chain.now,
    });
    const depositor = this.stranger.publicKey;
    const bonds = FIRST_ORACLES.flatMap((oracle) => {
      const of = { network: address, oracle: this.oracles[oracle]!.publicKey.toBytes(), depositor };
      if (bonded === 0n) return [];
      const bond = { address: bondAddress(of), oracle, depositor, lamports: bonded, unlocksAt: 0n };
      model.committee.bonds.set(bondKey(oracle, depositor), bond);
      return [{ key: bondKey(oracle, depositor), bond, deposit: depositBond({ ...of, lamports: bonded }) }];
    });
    const committee = setCommittee({
      network: address,
      authority: authority.publicKey,
      threshold: 2,
      keys: FIRST_ORACLES.map((oracle) => this.oracles[oracle]!.publicKey.toBytes()),
      bonds: bonds.map(({ bond }) => bond.address),
    });
    this.chain.give(depositor, 1_000n * SOL);
    const deposits = bonds.map(({ deposit }) => deposit);
    const signers = [creator, authority, ...(bonds.length > 0 ? [this.stranger] : [])];
    const refused = this.chain.send([creation, ...deposits, committee], signers);
    if (refused) throw new Error(`network ${at} could not be made: ${refused}`);
    model.setCommittee(
      this.chain.now,
      2,
      FIRST_ORACLES,
      bonds.map(({ key }) => key),
    );
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
      watched,
      proven: new Map(),
      covered: true,
      approved: [],
    };
  }
}

/** One thing that somebody tries in a network. */
export interface NetworkAttempt extends Attempt {
  site: Site;
}
