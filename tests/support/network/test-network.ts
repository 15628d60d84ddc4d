import { randomBytes } from 'node:crypto';
import { sendAndConfirm, signEd25519, toHex } from '@commonwire/sdk/core';
import { Kind } from '@commonwire/sdk/device';
import {
  bondAddress,
  type CreateNetwork,
  createNetwork,
  cutEpoch,
  depositBond,
  type Emission,
  type EpochMessage,
  encodeEpochMessage,
  fetchNetwork,
  fetchRegistry,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  type NetworkAccount,
  type NetworkFloors,
  type NetworkPolicy,
  type NewDevice,
  NO_LIMIT,
  networkAddress,
  openPage,
  PROGRAM_ID,
  postEpoch,
  promote,
  type RegistryAccount,
  registerDevices,
  setCommittee,
  vaultAddress,
} from '@commonwire/sdk/network';
import { createAssociatedTokenAccountIdempotentInstruction, TOKEN_PROGRAM_ID } from '@solana/spl-token';
import { Keypair, PublicKey, type Signer, type TransactionInstruction } from '@solana/web3.js';
import { fund, seedOf, type TestChain } from '../chain';
import { mintInstructions } from '../tokens';

/** A policy with short periods that admits solar arrays of up to 10 MW. */
export const POLICY = {
  deviceEpochCap: 1_000_000n,
  payoutLimit: NO_LIMIT,
  oracleBond: 0n,
  deviceFee: 1_000n,
  demandBond: 10_000_000n,
  epochSeconds: 2,
  challengeSeconds: 2,
  payoutWindowSeconds: 60,
  bondLockSeconds: 10,
  answerSeconds: 2,
  challengeSlots: 1,
  maxCapacity: [0, 10_000_000, 0, 0, 0, 0, 0, 0],
  capacityFee: [0, 2, 0, 0, 0, 0, 0, 0],
};
/** Floors that bind nothing, and no delay: changes of rules take effect at once. */
export const FLOORS = { epochSeconds: 1, challengeSeconds: 1, payoutWindowSeconds: 1, changeDelaySeconds: 0 };
export const EMISSION = { maxSupply: 1_000_000_000n, epochCap: 100_000_000n, halvingEpochs: 0n };

let sent = 0;

/** One network with the keys of everybody who matters to it, and short ways through the life of an epoch. */
export class TestNetwork {
  private constructor(
    readonly chain: TestChain,
    readonly address: PublicKey,
    readonly mint: PublicKey,
    readonly authority: Keypair,
    readonly oracles: Keypair[],
    readonly threshold: number,
    readonly tokenProgram: PublicKey,
    /** Whether the policy asks for bonds; the chain's payer deposits them. */
    private readonly bonded: boolean,
  ) {}

  /** Openings of the ledgers that messages were made for, by root. */
  readonly #openings = new Map<string, Uint8Array>();

  /** A network with a committee of five, three of whom must sign. */
  static async create(
    chain: TestChain,
    options: { oracles?: number; threshold?: number } & Omit<CreationOptions, 'authority'> = {},
  ): Promise<TestNetwork> {
    const authority = await fund(chain.connection, 10);
    const { instructions, signers, network, mint } = await creation(chain, { authority, ...options });
    await sendAndConfirm(chain.connection, chain.payer, instructions, { signers });
    const oracles = Array.from({ length: options.oracles ?? 5 }, () => Keypair.generate());
    const {
      threshold = 3,
      tokenProgram = TOKEN_PROGRAM_ID,
      policy: { oracleBond: bond = 0n } = {},
    } = options;
    const self = new TestNetwork(
      chain,
      network,
      mint,
      authority,
      oracles,
      threshold,
      tokenProgram,
      bond > 0n,
    );
    if (bond > 0n) for (const oracle of oracles) await self.send(self.deposit(oracle, bond));
    await self.send(self.committee(), [authority]);
    return self;
  }

  committee(): TransactionInstruction {
    return setCommittee({
      network: this.address,
      authority: this.authority.publicKey,
      threshold: this.threshold,
      keys: this.oracles.map((oracle) => oracle.publicKey.toBytes()),
      ...(this.bonded ? { bonds: this.oracles.map((oracle) => this.bondOf(oracle)) } : {}),
    });
  }

  /** The bond of an oracle by this depositor, by default the chain's payer. */
  bondOf(oracle: Keypair, depositor = this.chain.payer.publicKey): PublicKey {
    return bondAddress({ network: this.address, oracle: oracle.publicKey.toBytes(), depositor });
  }

  deposit(oracle: Keypair, lamports: bigint, depositor = this.chain.payer.publicKey): TransactionInstruction {
    const key = oracle.publicKey.toBytes();
    return depositBond({ network: this.address, oracle: key, depositor, lamports });
  }

  /** Sends one transaction. Its compute budget makes it another than one before with the same instructions. */
  send(
    instructions: TransactionInstruction | TransactionInstruction[],
    signers: Signer[] = [],
  ): Promise<string> {
    sent += 1;
    const computeUnitLimit = 400_000 + (sent % 1_000_000);
    return sendAndConfirm(this.chain.connection, this.chain.payer, [instructions].flat(), {
      signers,
      computeUnitLimit,
    });
  }

  account = (): Promise<NetworkAccount> => fetchNetwork(this.chain.connection, this.address);

  /** The registry as it is, whatever slot it is read at: a cluster's runs on by itself. */
  async registry(): Promise<RegistryAccount> {
    const { slot: _, ...registry } = await fetchRegistry(this.chain.connection, this.address);
    return registry;
  }

  /** Registers one device per owner given, in order, and returns their keys. */
  async register(owners: readonly Keypair[]): Promise<Keypair[]> {
    const keys = owners.map(() => Keypair.generate());
    for (let at = 0; at < owners.length; ) {
      const owner = owners[at]!;
      let end = at + 1;
      while (end < owners.length && end - at < 15 && owners[end] === owner) end += 1;
      await this.send(this.registration(owner, keys.slice(at, end).map(newDevice)), [owner]);
      at = end;
    }
    return keys;
  }

  registration(owner: Keypair, devices: NewDevice[]): TransactionInstruction {
    const payer = this.chain.payer.publicKey;
    return registerDevices({
      network: this.address,
      owner: owner.publicKey,
      payer,
      kind: Kind.energy,
      devices,
      maxFee: NO_LIMIT,
    });
  }

  /** Cuts the running epoch once its time is over. */
  async cut(): Promise<void> {
    await this.chain.passSeconds(POLICY.epochSeconds);
    await this.send(cutEpoch(this.address));
  }

  /** The message that the committee should sign for this ledger after the latest cut. */
  message(entries: readonly LedgerEntry[], changes: Partial<EpochMessage> = {}): Promise<EpochMessage> {
    return this.messageOf(LedgerTree.fromLeaves(ledgerLeaves(entries)), entries[0]?.owner, changes);
  }

  /** The message about the ledger of a tree, whatever its leaves are. @param owner of the only device, where it is one */
  async messageOf(
    tree: LedgerTree,
    owner?: Uint8Array,
    changes: Partial<EpochMessage> = {},
  ): Promise<EpochMessage> {
    const { birth, genesisHash, committee, current, cuts, attempt } = await this.account();
    const epoch = current.epoch + 1n;
    const cut = cuts.find((candidate) => candidate.epoch === epoch);
    this.#openings.set(toHex(tree.root), tree.opening(owner));
    return {
      program: PROGRAM_ID.toBytes(),
      genesisHash,
      network: this.address.toBytes(),
      birth,
      committeeVersion: committee.version,
      epoch,
      attempt,
      ledgerRoot: tree.root,
      earnedTotal: tree.earnedTotal,
      deviceCount: cut?.deviceCount ?? 0,
      registryHash: cut?.registryHash ?? new Uint8Array(32),
      usageRoot: new Uint8Array(32),
      datasetHash: new Uint8Array(32).fill(7),
      ...changes,
    };
  }

  /**
   * The message's bytes with the signatures of `signers`, by default the first of the committee up to its threshold, and
   * the opening of its ledger if {@link message} made it.
   */
  sign(message: EpochMessage, signers: readonly Keypair[] = this.oracles.slice(0, this.threshold)) {
    const bytes = encodeEpochMessage(message);
    return {
      message: bytes,
      opening: this.#openings.get(toHex(message.ledgerRoot)) ?? new Uint8Array(),
      signatures: signers.map((signer) => ({
        publicKey: signer.publicKey.toBytes(),
        signature: signEd25519(bytes, seedOf(signer)),
      })),
    };
  }

  async post(entries: readonly LedgerEntry[]): Promise<string> {
    return this.send(postEpoch(this.address, this.sign(await this.message(entries))));
  }

  /** Promotes the pending epoch once its challenge period is over. */
  async promote(): Promise<void> {
    await this.chain.passSeconds((await this.account()).pending?.challengeSeconds ?? 0);
    await this.send(this.promotion());
  }

  promotion(): TransactionInstruction {
    return promote({ network: this.address, mint: this.mint, tokenProgram: this.tokenProgram });
  }

  /** Cuts, posts and promotes one epoch with this ledger, for devices that are registered already. */
  async epoch(entries: readonly LedgerEntry[]): Promise<LedgerTree> {
    await this.cut();
    await this.post(entries);
    await this.promote();
    return LedgerTree.fromLeaves(ledgerLeaves(entries));
  }

  openPage(number = 0): Promise<string> {
    return this.send(openPage({ network: this.address, number, payer: this.chain.payer.publicKey }));
  }

  /** Makes the associated token accounts of these owners. */
  async openAccounts(owners: readonly PublicKey[]): Promise<void> {
    for (let at = 0; at < owners.length; at += 8) {
      await this.send(owners.slice(at, at + 8).map((owner) => this.accountInstruction(owner)));
    }
  }

  accountInstruction(owner: PublicKey): TransactionInstruction {
    const payer = this.chain.payer.publicKey;
    const { mint, tokenProgram } = this;
    const address = this.accountOf(owner);
    return createAssociatedTokenAccountIdempotentInstruction(payer, address, owner, mint, tokenProgram);
  }

  /** An owner's associated token account; the network's own is the vault. */
  accountOf(owner: PublicKey): PublicKey {
    return vaultAddress({ network: owner, mint: this.mint, tokenProgram: this.tokenProgram });
  }

  async balance(owner: PublicKey): Promise<bigint> {
    const { value } = await this.chain.connection.getTokenAccountBalance(this.accountOf(owner));
    return BigInt(value.amount);
  }
}

export const newDevice = (key: Keypair): NewDevice => ({
  publicKey: key.publicKey.toBytes(),
  h3Cell: 0x8a268cdac307fffn,
  capacity: 6000,
});

export interface CreationOptions {
  authority: Keypair;
  policy?: Partial<NetworkPolicy>;
  emission?: Partial<Emission>;
  floors?: Partial<NetworkFloors>;
  /** Default: the network, or the chain's payer where rewards are funded. */
  mintAuthority?: PublicKey;
  freezeAuthority?: PublicKey;
  id?: bigint;
  tokenProgram?: PublicKey;
  funded?: boolean;
  /** Makes the mint of the network at this address. Default: a plain one, in the creation's own transaction. */
  makeMint?: (network: PublicKey) => Promise<PublicKey>;
}

/** Everything that a creation needs: mint, vault and the instruction itself, each replaceable. */
export async function creation(chain: TestChain, options: CreationOptions) {
  const { authority: creator, tokenProgram = TOKEN_PROGRAM_ID, funded = false } = options;
  const id = options.id ?? randomBytes(8).readBigUInt64LE();
  const network = networkAddress({ creator: creator.publicKey, id });
  const mintKey = Keypair.generate();
  const mint = (await options.makeMint?.(network)) ?? mintKey.publicKey;
  const payer = chain.payer.publicKey;
  const args: CreateNetwork = {
    creator: creator.publicKey,
    id,
    genesisHash: new PublicKey(await chain.connection.getGenesisHash()).toBytes(),
    authority: creator.publicKey,
    mint,
    tokenProgram,
    funded,
    emission: { ...EMISSION, ...options.emission },
    floors: { ...FLOORS, ...options.floors },
    policy: { ...POLICY, ...options.policy },
  };
  const making = await mintInstructions(chain, mint, {
    mintAuthority: options.mintAuthority ?? (funded ? payer : network),
    freezeAuthority: options.freezeAuthority ?? null,
    tokenProgram,
  });
  const address = vaultAddress({ network, mint, tokenProgram });
  const vault = createAssociatedTokenAccountIdempotentInstruction(
    payer,
    address,
    network,
    mint,
    tokenProgram,
  );
  return {
    network,
    mint,
    args,
    signers: options.makeMint ? [creator] : [creator, mintKey],
    instructions: [...(options.makeMint ? [] : making), vault, createNetwork(args)],
  };
}
