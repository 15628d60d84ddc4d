import { MAX_SUPPORTED_TRANSACTION_VERSION } from '@commonwire/sdk/core';
import {
  applyChange,
  FIRST_REGISTRY_HASH,
  fetchOwnerRecord,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  type ProvenLeaf,
  type RegistryChange,
  readRegistryChanges,
  registryAddress,
} from '@commonwire/sdk/network';
import { type Keypair, PublicKey } from '@solana/web3.js';
import { fund, type TestChain } from '../chain';
import { TestNetwork } from './test-network';

/** Devices of the network below; more than the cases of one file hand over. */
const DEVICES = 12;

/** A network whose first epoch is promoted: its devices, all of one owner, can change hands. */
export class HandoverNetwork {
  entries: LedgerEntry[];

  private constructor(
    readonly test: TestNetwork,
    readonly owner: Keypair,
    readonly buyer: Keypair,
  ) {
    this.entries = Array.from({ length: DEVICES }, (_, index) => ({
      owner: owner.publicKey.toBytes(),
      earned: 100n + BigInt(index),
    }));
  }

  static async create(chain: TestChain): Promise<HandoverNetwork> {
    const [owner, buyer] = [await fund(chain.connection, 10), await fund(chain.connection, 10)];
    const self = new HandoverNetwork(await TestNetwork.create(chain), owner, buyer);
    await self.test.register(Array.from({ length: DEVICES }, () => owner));
    await self.test.epoch(self.entries);
    return self;
  }

  /** A device's leaf under the ledger that is current, changed as asked. */
  leaf(index: number, changes: Partial<ProvenLeaf> = {}): ProvenLeaf {
    const { owner, earned } = this.entries[index]!;
    const proof = LedgerTree.fromLeaves(ledgerLeaves(this.entries)).proveRun(index, 1);
    return { index, owner: new PublicKey(owner), earned, proof, ...changes };
  }

  /** Cuts, posts and promotes one more epoch, in which these devices belong to others. */
  async epoch(owners: Readonly<Record<number, Keypair>> = {}): Promise<void> {
    for (const [index, { publicKey }] of Object.entries(owners)) {
      const entry = this.entries[Number(index)]!;
      this.entries[Number(index)] = { ...entry, owner: publicKey.toBytes() };
    }
    await this.test.epoch(this.entries);
  }

  record = (index: number) =>
    fetchOwnerRecord(this.test.chain.connection, { network: this.test.address, index });
}

/** The changes of a network's registry by one transaction. */
export async function changesOf(
  { chain, address }: TestNetwork,
  signature: string,
): Promise<RegistryChange[]> {
  const response = await chain.connection.getTransaction(signature, {
    commitment: 'confirmed',
    maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
  });
  return readRegistryChanges(response!, address);
}

/** Every change of a network's registry, in the order in which the node lists them. */
export async function allChanges(network: TestNetwork): Promise<RegistryChange[]> {
  const { connection } = network.chain;
  const listed = await connection.getSignaturesForAddress(registryAddress(network.address), {}, 'confirmed');
  const changes: RegistryChange[] = [];
  for (const { signature } of listed.reverse()) changes.push(...(await changesOf(network, signature)));
  return changes;
}

/** The running hash that changes lead to, each checked against what the program announced. */
export const replayed = (changes: readonly RegistryChange[]): Uint8Array =>
  changes.reduce<Uint8Array>(applyChange, FIRST_REGISTRY_HASH);
