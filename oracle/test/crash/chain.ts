import { type Localnet, startLocalnet } from '@commonwire/localnet';
import { sendAndConfirm, sha256 } from '@commonwire/sdk/core';
import { Kind } from '@commonwire/sdk/device';
import {
  createNetwork,
  NO_LIMIT,
  networkAddress,
  pageAddress,
  registerDevices,
  registryAddress,
  setCommittee,
  vaultAddress,
} from '@commonwire/sdk/network';
import {
  createAssociatedTokenAccountIdempotentInstruction,
  createInitializeMint2Instruction,
  MINT_SIZE,
  TOKEN_PROGRAM_ID,
} from '@solana/spl-token';
import { Connection, Keypair, LAMPORTS_PER_SOL, PublicKey, SystemProgram } from '@solana/web3.js';
import { localPrograms } from '../../../tests/support/chain';
import { EMISSION, FLOORS, NETWORK, newDevice, POLICY } from '../../../tests/support/network';
import { GENESIS_HASH } from './messages';

/** Derives a key that is always the same, and with it the addresses and bytes derived from it. */
export const keyOf = (name: string): Keypair => Keypair.fromSeed(sha256(Buffer.from(`crash ${name}`)));

const ID = 7n;
const SLOT_MS = 40;
/** Chain seconds between cuts. */
export const EPOCH_SECONDS = 60;

/** An owner and the keys of its devices. */
export interface Holding {
  readonly owner: Keypair;
  readonly keys: readonly Keypair[];
}

/**
 * An embedded chain with one network that is always the same to the byte: keys, creation slot and times. The test sets
 * its clock, while slots advance on their own.
 */
export class CrashChain {
  readonly connection: Connection;
  private slots: NodeJS.Timeout | undefined;

  private constructor(
    private readonly localnet: Localnet,
    readonly payer: Keypair,
    readonly network: PublicKey,
    readonly mint: PublicKey,
  ) {
    this.connection = new Connection(localnet.rpcUrl, 'confirmed');
  }

  /** @param holdings the devices of each owner, in order of their indices */
  static async start(
    now: () => number,
    oracles: readonly Keypair[],
    holdings: readonly Holding[],
  ): Promise<CrashChain> {
    // No slot starts on its own before the network is created: its birth is a slot, which is part of every signed
    // epoch.
    const localnet = await startLocalnet({
      programs: localPrograms([NETWORK]),
      clock: { now },
      slotMs: 60_000,
    });
    const creator = keyOf('creator');
    const network = networkAddress({ creator: creator.publicKey, id: ID });
    const self = new CrashChain(localnet, keyOf('payer'), network, keyOf('mint').publicKey);
    await self.create(creator, oracles);
    for (const holding of holdings) await self.register(holding);
    self.slots = setInterval(() => localnet.advanceSlots(1), SLOT_MS);
    return self;
  }

  get rpcUrl(): string {
    return this.localnet.rpcUrl;
  }

  /** Starts a slot, so that chain time becomes the clock's. */
  nextSlot(): void {
    this.localnet.advanceSlots(1);
  }

  /** The bytes of every account with earned or paid amounts, by name. */
  async state(owners: readonly Keypair[]): Promise<Record<string, string>> {
    const { network, mint } = this;
    const accounts: Record<string, PublicKey> = {
      network,
      mint,
      registry: registryAddress(network),
      page: pageAddress({ network, number: 0 }),
      vault: vaultAddress({ network, mint }),
    };
    for (const [i, { publicKey }] of owners.entries())
      accounts[`owner ${i}`] = vaultAddress({ network: publicKey, mint });
    const found = await this.connection.getMultipleAccountsInfo(Object.values(accounts));
    return Object.fromEntries(
      Object.keys(accounts).map((name, i) => [name, found[i]?.data.toString('hex') ?? 'none']),
    );
  }

  async close(): Promise<void> {
    clearInterval(this.slots);
    await this.localnet.close();
  }

  private async create(creator: Keypair, oracles: readonly Keypair[]): Promise<void> {
    const { connection, payer, network, mint } = this;
    await connection.requestAirdrop(payer.publicKey, 1000 * LAMPORTS_PER_SOL);
    await connection.requestAirdrop(creator.publicKey, 10 * LAMPORTS_PER_SOL);
    const vault = vaultAddress({ network, mint });
    const lamports = await connection.getMinimumBalanceForRentExemption(MINT_SIZE);
    const instructions = [
      SystemProgram.createAccount({
        fromPubkey: payer.publicKey,
        newAccountPubkey: mint,
        lamports,
        space: MINT_SIZE,
        programId: TOKEN_PROGRAM_ID,
      }),
      createInitializeMint2Instruction(mint, 6, network, null),
      createAssociatedTokenAccountIdempotentInstruction(payer.publicKey, vault, network, mint),
      createNetwork({
        creator: creator.publicKey,
        id: ID,
        genesisHash: new PublicKey(GENESIS_HASH).toBytes(),
        authority: creator.publicKey,
        mint,
        tokenProgram: TOKEN_PROGRAM_ID,
        funded: false,
        emission: EMISSION,
        floors: FLOORS,
        policy: { ...POLICY, epochSeconds: EPOCH_SECONDS },
      }),
    ];
    await sendAndConfirm(connection, payer, instructions, { signers: [creator, keyOf('mint')] });
    const committee = setCommittee({
      network,
      authority: creator.publicKey,
      threshold: oracles.length,
      keys: oracles.map(({ publicKey }) => publicKey.toBytes()),
    });
    await sendAndConfirm(connection, payer, [committee], { signers: [creator] });
  }

  private async register({ owner, keys }: Holding): Promise<void> {
    const { connection, payer, network } = this;
    const registration = registerDevices({
      network,
      owner: owner.publicKey,
      payer: payer.publicKey,
      kind: Kind.energy,
      devices: keys.map(newDevice),
      maxFee: NO_LIMIT,
    });
    await sendAndConfirm(connection, payer, [registration], { signers: [owner] });
  }
}
