import { toHex } from '@commonwire/sdk/core';
import { decodeEpochMessage } from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { approve } from '../src/tasks/approve';
import { attest } from '../src/tasks/attest';
import { lead } from '../src/tasks/close';
import { sync } from '../src/tasks/sync';
import { signed } from './domain/support';
import { withMethods } from './support/fake-chain';
import { World } from './support/world';

/** Leads attempt 0 of epoch 1. */
const LEADER = 1;

describe('oracle: approvals, where the cluster verifies no signatures', function () {
  this.timeout(120_000);
  let world: World;
  beforeEach(async () => {
    world = await new World().start();
    world.chain.withoutEd25519 = true;
    await world.tick();
  });
  afterEach(() => world.stop());

  /** Who approved which attempt at which epoch, in order. */
  const approvals = () =>
    world.chain.approvals.map(({ message, oracle }) => {
      const { epoch, attempt } = decodeEpochMessage(message);
      return { epoch: Number(epoch), attempt, by: new PublicKey(oracle).toBase58() };
    });
  const sent = (name: string) => world.chain.transactions.filter((one) => one.name === name).length;

  /** Sends a report and cuts the epoch; every log is sealed. */
  async function collect(): Promise<void> {
    for (const i of [0, 1, 2]) await world.at(i).client.submit([signed(world.devices[i]!)]);
    await world.chain.cut();
    for (const i of [0, 1, 2]) await sync(world.at(i).oracle);
  }

  /** Lets every oracle sign the epoch, without any transaction. */
  async function signAll(): Promise<void> {
    await lead(world.at(LEADER).oracle);
    for (const i of [0, 2]) await attest(world.at(i).oracle);
    expect(world.events('signed')).to.have.length(3);
  }

  /** Takes the key that pays from these oracles. */
  async function impoverish(...members: number[]): Promise<void> {
    for (const i of members) {
      await world.kill(i);
      await world.run(i, { chain: withMethods(world.chain, { canSend: false }) });
    }
  }

  it('each member approves what it signed, and the epoch is posted without any signature', async () => {
    await collect();
    await world.promoted(1);
    expect(approvals().map(({ epoch, attempt }) => [epoch, attempt])).to.deep.equal(
      Array(approvals().length).fill([1, 0]),
    );
    expect(new Set(approvals().map(({ by }) => by)).size).to.equal(approvals().length);
    expect(approvals().length).to.be.within(2, 3);
    expect(world.events('approved')).to.have.length(approvals().length);
    expect([sent('post'), sent('promote')]).to.deep.equal([1, 1]);
    expect(world.events('failed')).to.deep.equal([]);
  });

  it('does not happen where the cluster verifies signatures', async () => {
    world.chain.withoutEd25519 = false;
    await collect();
    await world.promoted(1);
    expect(sent('approve')).to.equal(0);
  });

  it('signatures alone are not enough; as many members as must agree have to approve', async () => {
    await impoverish(0, 2);
    await collect();
    await world.tick(3);
    expect(approvals()).to.deep.equal([{ epoch: 1, attempt: 0, by: world.address(LEADER) }]);
    expect(world.events('signed')).to.have.length(3);
    expect(world.chain.posts).to.deep.equal([]);
    await world.kill(0);
    await world.run(0);
    await world.promoted(1);
    expect(new Set(approvals().map(({ by }) => by))).to.deep.equal(
      new Set([world.address(LEADER), world.address(0)]),
    );
    expect(world.events('failed')).to.deep.equal([]);
  });

  it('count though the oracles of those who approved are out of reach', async () => {
    await collect();
    await signAll();
    for (const i of [LEADER, 2]) await approve(world.at(i).oracle);
    for (const i of [LEADER, 2]) await world.kill(i);
    world.pass(10);
    await world.tick();
    world.pass(10);
    await world.tick();
    expect(world.chain.posts.map(({ epoch }) => epoch)).to.deep.equal([1n]);
  });

  it('one claim of an attempt, however often the oracle is asked or restarted', async () => {
    await impoverish(0, 2);
    await collect();
    await signAll();
    const { oracle } = world.at(LEADER);
    for (let times = 0; times < 3; times++) await approve(oracle);
    await world.kill(LEADER);
    await world.run(LEADER);
    await world.tick(2);
    expect(approvals()).to.have.length(1);
    // The next attempts are other messages.
    for (let attempt = 1; attempt <= 2; attempt++) {
      world.pass(60);
      await world.tick(3);
    }
    const mine = approvals().map(({ attempt }) => attempt);
    expect(mine)
      .to.deep.equal([...new Set(mine)])
      .and.to.have.length.greaterThan(1);
    expect(world.events('failed')).to.deep.equal([]);
  });

  it('nothing new of an epoch by an oracle that has lost its records', async () => {
    await impoverish(0, 2);
    await collect();
    await world.tick(2);
    const [first] = world.chain.approvals;
    await world.kill(LEADER);
    await world.join(LEADER);
    await world.tick();
    world.pass(60);
    await world.until('recovered', () => world.events('recovered').length > 0);
    world.pass(60);
    await world.tick(2);
    expect(world.chain.approvals).to.deep.equal([first]);
    // From the next epoch on it approves again.
    await world.kill(0);
    await world.run(0);
    await world.kill(2);
    await world.run(2);
    await world.promoted(1);
    world.pass(61);
    await world.promoted(2);
    expect(
      approvals()
        .filter(({ by }) => by === world.address(LEADER))
        .map(({ epoch }) => epoch),
    ).to.deep.equal([1, 2]);
  });

  it('waits while the network is paused', async () => {
    await collect();
    world.chain.paused = true;
    await world.tick(3);
    expect(approvals()).to.deep.equal([]);
    world.chain.paused = false;
    await world.promoted(1);
    expect(approvals().length).to.be.within(2, 3);
    expect(world.events('failed')).to.deep.equal([]);
  });

  it('of another claim than the one that is posted do not add up with those of it', async () => {
    await collect();
    await signAll();
    const { chain } = world;
    await approve(world.at(0).oracle);
    // A member approves another claim of this attempt: it counts for neither.
    const [right] = chain.approvals;
    const other = { ...decodeEpochMessage(right!.message), datasetHash: new Uint8Array(32) };
    await chain.approve(other, world.at(2).oracle.signer);
    await world.kill(2);
    await world.kill(LEADER);
    world.pass(10);
    await world.tick(2);
    expect(chain.posts).to.deep.equal([]);
    await world.run(LEADER);
    await world.until('posted', () => chain.posts.length === 1);
    expect(toHex(chain.posts[0]!.datasetHash)).to.equal(
      toHex(decodeEpochMessage(right!.message).datasetHash),
    );
  });

  it('are closed for their rent two epochs later, also those of attempts that came to nothing', async () => {
    await impoverish(0, 2);
    await collect();
    await world.tick(2);
    world.pass(60);
    await world.tick(3);
    expect(approvals().map(({ attempt }) => attempt)).to.deep.equal([0, 1]);
    for (const i of [0, 2]) {
      await world.kill(i);
      await world.run(i);
    }
    for (const epoch of [1, 2]) {
      await world.promoted(epoch);
      world.pass(61);
    }
    expect(approvals().filter(({ epoch }) => epoch === 1)).to.have.length.greaterThan(2);
    await world.promoted(3);
    await world.tick();
    expect(approvals().filter(({ epoch }) => epoch === 1)).to.deep.equal([]);
    expect(approvals().filter(({ epoch }) => epoch > 1)).to.have.length.greaterThan(3);
    expect(world.events('failed')).to.deep.equal([]);
  });
});
