import { packDeviceKey, sha256 } from '@commonwire/sdk/core';
import {
  crank,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  postEpoch,
  type RegisteredDevice,
  type RegistryEntry,
} from '@commonwire/sdk/network';
import type { Keypair } from '@solana/web3.js';
import { fund } from '../../../tests/support/chain';
import { networkChain, newDevice, TestNetwork } from '../../../tests/support/network';
import { makeDataset, type StubDataset } from './stub-oracle';

/** A network on a real chain with five devices of two owners: 0, 1 and 4 are the first owner's. */
export class PaidNetwork {
  readonly devices: RegisteredDevice[] = [];
  /** All changes of the registry, in order. */
  readonly changes: RegistryEntry[] = [];

  private constructor(
    readonly test: TestNetwork,
    /** By device. */
    readonly owners: readonly Keypair[],
  ) {}

  static async create(): Promise<PaidNetwork> {
    const chain = await networkChain();
    const test = await TestNetwork.create(chain);
    const [a, b] = [await fund(chain.connection, 1), await fund(chain.connection, 1)];
    const self = new PaidNetwork(test, [a, a, b, b, a]);
    const keys = await test.register(self.owners);
    self.devices.push(
      ...keys.map((key, index) => {
        const { h3Cell, capacity } = newDevice(key);
        const owner = self.owners[index]!.publicKey.toBytes();
        const deviceKey = packDeviceKey(0, key.publicKey.toBytes());
        return { index, keyType: 0, deviceKey, owner, kind: 1, h3Cell, capacity };
      }),
    );
    self.changes.push({ kind: 'registered', devices: self.devices });
    await test.openPage();
    await test.openAccounts([a.publicKey, b.publicKey]);
    return self;
  }

  /** Returns a ledger with these earnings. */
  ledger(...earned: bigint[]): LedgerEntry[] {
    return earned.map((amount, i) => ({ owner: this.owners[i]!.publicKey.toBytes(), earned: amount }));
  }

  /** Promotes an epoch with this ledger; `falsified` changes the manifest that the committee signs. */
  async promote(entries: readonly LedgerEntry[], falsified: object = {}): Promise<StubDataset> {
    const { test } = this;
    await test.cut();
    const dataset = makeDataset(await test.account(), this.changes, entries, falsified);
    const message = await test.message(entries, { datasetHash: sha256(dataset.manifest) });
    await test.send(postEpoch(test.address, test.sign(message)));
    await test.promote();
    return dataset;
  }

  /** Pays everybody what is due according to the current ledger. */
  async settle(entries: readonly LedgerEntry[]): Promise<void> {
    const { address: network, chain } = this.test;
    const { connection, payer } = chain;
    await crank({ connection, payer, network, entries, tree: LedgerTree.fromLeaves(ledgerLeaves(entries)) });
  }
}
