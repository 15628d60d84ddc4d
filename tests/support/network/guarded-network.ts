import { type LedgerEntry, pause, setGuardian, unpause, vetoEpoch } from '@commonwire/sdk/network';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { chainTime, fund } from '../chain';
import { steadyNetworkChain } from './chain';
import { TestNetwork } from './test-network';

/** The most that pass on a cluster between a transaction and the look at what it wrote. */
const CLUSTER_SECONDS = 10;

/** A network with a guardian and two devices of one owner, on a chain whose time is exact. */
export class GuardedNetwork {
  private constructor(
    readonly test: TestNetwork,
    readonly guardian: Keypair,
    readonly owner: Keypair,
  ) {}

  static async create(options: Parameters<typeof TestNetwork.create>[1] = {}): Promise<GuardedNetwork> {
    const chain = await steadyNetworkChain();
    const test = await TestNetwork.create(chain, options);
    const self = new GuardedNetwork(test, Keypair.generate(), await fund(chain.connection, 10));
    const { authority, address: network } = test;
    const guardian = self.guardian.publicKey;
    await test.send(setGuardian({ network, authority: authority.publicKey, guardian }), [authority]);
    await test.register([self.owner, self.owner]);
    return self;
  }

  /** The ledger in which the devices have earned so much. */
  ledger(...earned: bigint[]): LedgerEntry[] {
    return earned.map((amount) => ({ owner: this.owner.publicKey.toBytes(), earned: amount }));
  }

  pause(guard: Keypair = this.guardian): Promise<string> {
    return this.test.send(pause({ network: this.test.address, guard: guard.publicKey }), [guard]);
  }

  unpause(guard: Keypair = this.test.authority): Promise<string> {
    return this.test.send(unpause({ network: this.test.address, guard: guard.publicKey }), [guard]);
  }

  /** Vetoes the pending epoch by its root; where none is pending, by one of nothing. */
  async veto(guard: Keypair = this.guardian): Promise<string> {
    const root = (await this.test.account()).pending?.ledgerRoot ?? new Uint8Array(32);
    return this.test.send(vetoEpoch({ network: this.test.address, guard: guard.publicKey, root }), [guard]);
  }

  now(): Promise<bigint> {
    return chainTime(this.test.chain.connection);
  }

  /** Requires this second to be the present one; on a cluster, whose time runs on meanwhile, one of the last few. */
  async expectNow(second: bigint): Promise<void> {
    expect(Number((await this.now()) - second), 'seconds ago').to.be.within(0, this.drift);
  }

  /** Seconds by which chain time may run on between a transaction and the next look: none on a chain that stands still. */
  get drift(): number {
    return this.test.chain.setAccount === undefined ? CLUSTER_SECONDS : 0;
  }

  /** Returns once chain time is this second. */
  async moveTo(time: bigint): Promise<void> {
    await this.test.chain.passSeconds(Number(time - (await this.now())));
  }
}
