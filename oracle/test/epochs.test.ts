import { toHex } from '@commonwire/sdk/core';
import { expect } from 'chai';
import { toBase58 } from '../src/domain';
import { committee, HOUR, MINUTE, NOON, signed } from './domain/support';
import { World } from './support/world';

describe('oracle: an epoch by three oracles', () => {
  let world: World;
  beforeEach(async () => {
    world = await new World().start();
  });
  afterEach(() => world.stop());

  it('is closed, attested, posted, promoted and paid from reports sent to any oracle', async () => {
    await world.tick();
    for (const [i, device] of world.devices.entries()) {
      const { results } = await world.at(i % 3).client.submit([signed(device)]);
      expect(results).to.deep.equal([{ status: 'accepted' }]);
    }
    world.pass(61);
    await world.promoted(1);
    expect(world.events('failed')).to.deep.equal([]);
    expect(world.chain.current.earnedTotal > 0n).to.equal(true);
    const paid = world.chain.paidAmounts.reduce((sum, amount) => sum + amount, 0n);
    expect(paid).to.equal(world.chain.current.earnedTotal);
    expect(world.events('signed')).to.have.length(3);
    expect(world.events('declined')).to.deep.equal([]);
    const names = world.chain.transactions.map(({ name }) => name).filter((name) => name !== 'settle');
    expect(names).to.deep.equal(['register', 'cut', 'post', 'promote']);
  });

  it('returns when the next cut is due, before the first cut and after it', async () => {
    await world.tick();
    const created = await world.at(0).client.network();
    expect(created).to.include({ epoch_seconds: 60, cut_time: Math.floor(created.time / 1000) });
    world.pass(61);
    await world.promoted(1);
    expect(await world.at(0).client.network()).to.include({ cut_time: created.cut_time + 61 });
  });

  it('earns no more than the chain allows, even if the policy allows more', async () => {
    world.chain.nextLimits = { epoch: 999n, device: 400n };
    await world.tick();
    await world.at(0).client.submit(world.devices.map((device) => signed(device)));
    world.pass(61);
    await world.promoted(1);
    const { earnedTotal } = world.chain.current;
    expect(earnedTotal > 900n && earnedTotal <= 999n, `${earnedTotal}`).to.equal(true);
    const { manifest } = await world.at(0).client.epoch(1);
    expect(manifest).to.deep.include({ limits: { epoch: '999', device: '400' } });
    expect(manifest!.totals).to.include({ budget: '999', earned_total: `${earnedTotal}` });
  });

  it('runs epoch after epoch, each starting from the previous one', async () => {
    await world.tick();
    for (let epoch = 1; epoch <= 3; epoch++) {
      const start = NOON + epoch * 15 * MINUTE;
      world.time = (start + HOUR) * 1000;
      await world.at(epoch % 3).client.submit(world.devices.map((device) => signed(device, { start })));
      await world.promoted(epoch);
    }
    const { epochs } = await world.at(0).client.epochs();
    expect(epochs.map(({ epoch, state }) => [epoch, state])).to.deep.equal([
      [4, 'collecting'],
      [3, 'promoted'],
      [2, 'promoted'],
      [1, 'promoted'],
    ]);
    expect(new Set(epochs.slice(1).map((epoch) => epoch.dataset_hash)).size).to.equal(3);
  });

  it('closes without a dead oracle after the deadline, and includes its log in the next epoch', async () => {
    await world.tick();
    const leader = 1;
    await world.at(leader).client.submit([signed(world.devices[0]!)]);
    await world.at(2).client.submit([signed(world.devices[1]!)]);
    await world.kill(2);
    world.pass(61);
    await world.tick(4);
    expect(world.chain.posts, 'the leader waits for the missing head').to.have.length(0);
    world.pass(2);
    await world.promoted(1);
    const first = world.chain.current.earnedTotal;
    await world.run(2);
    world.pass(61);
    await world.promoted(2);
    expect(world.chain.current.earnedTotal > first).to.equal(true);
    const { manifest } = await world.at(0).client.epoch(2);
    const logs = (manifest as unknown as { logs: { oracle: string; epoch: number }[] }).logs;
    expect(logs.filter(({ oracle }) => oracle === committee[2]).map(({ epoch }) => epoch)).to.deep.equal([
      1, 2,
    ]);
  });

  it('posts again with a higher attempt after the epoch became void', async () => {
    world.chain.challengeSeconds = 1000;
    await world.tick();
    await world.at(0).client.submit([signed(world.devices[0]!)]);
    world.pass(61);
    await world.until('posted', () => world.chain.pending?.attempt === 0);
    world.chain.void();
    await world.until('posted again', () => world.chain.pending?.attempt === 1);
  });

  it('does not close the next epoch until this one is promoted', async () => {
    world.chain.challengeSeconds = 100;
    await world.tick();
    world.pass(61);
    await world.until('posted', () => world.chain.pending?.epoch === 1);
    world.pass(61);
    await world.tick(4);
    expect(world.chain.cuts).to.have.length(2);
    expect(world.events('closed').map(({ epoch }) => epoch)).to.deep.equal([1]);
    world.pass(61);
    await world.until('posted', () => world.chain.pending?.epoch === 2);
    expect(world.events('closed').map(({ epoch }) => epoch)).to.deep.equal([1, 2]);
  });

  it('follows a device to its new owner, and to its retirement', async function () {
    this.timeout(90_000);
    const [first, second] = world.devices;
    await world.tick();
    const seller = toBase58(first!.owner);
    const buyer = toBase58(second!.owner);
    const epoch = async (owner: Uint8Array) => {
      const start = world.time / 1000 - HOUR;
      const { results } = await world.at(0).client.submit([signed(first!, { owner, start })]);
      world.pass(15 * MINUTE);
      await world.promoted(world.chain.current.epoch + 1);
      return results[0]!.code ?? results[0]!.status;
    };
    expect(await epoch(first!.owner)).to.equal('accepted');
    const effective = world.chain.transfer(0, second!.owner);
    await world.tick();
    expect(effective).to.equal(3);
    const outstanding = { change: 'transferred', owner: buyer, effective_epoch: 3 };
    const { client } = world.at(1);
    expect(await client.device(0)).to.deep.include({ owner: seller, retired: false, outstanding });
    expect((await client.owner(seller)).devices[0]).to.deep.include({ index: 0, outstanding });
    expect((await client.owner(buyer)).incoming).to.deep.equal([
      { index: 0, kind: 1, owner: seller, effective_epoch: 3 },
    ]);
    expect(await epoch(second!.owner)).to.equal('wrong-owner');
    expect((await client.settlement(0)).owners).to.deep.equal([seller]);
    expect(await epoch(first!.owner)).to.equal('accepted');
    expect((await client.settlement(0)).owners).to.deep.equal([buyer]);
    expect(await client.device(0)).to.deep.include({ owner: buyer, outstanding: null });
    expect((await client.owner(buyer)).devices.map(({ index }) => index)).to.include(0);
    expect((await client.owner(seller)).devices.map(({ index }) => index)).to.not.include(0);
    expect(await epoch(first!.owner)).to.equal('former-owner');
    expect(await epoch(second!.owner)).to.equal('accepted');
    const last = world.chain.retire(0);
    await world.tick();
    expect((await client.device(0)).outstanding).to.deep.include({ change: 'retired', owner: null });
    while (world.chain.current.epoch < last - 1) expect(await epoch(second!.owner)).to.equal('accepted');
    expect(await epoch(second!.owner)).to.equal('device-retired');
    expect(await client.device(0)).to.deep.include({ retired: true, outstanding: null, owner: buyer });
    expect(world.events('failed')).to.deep.equal([]);
    expect(world.events('declined')).to.deep.equal([]);
  });

  it('serves provable arguments to settle, and device and owner information', async () => {
    await world.tick();
    await world.at(0).client.submit(world.devices.map((device) => signed(device)));
    world.pass(61);
    await world.promoted(1);
    const { client } = world.at(2);
    const settlement = await client.settlement(1, 3);
    expect(settlement.earned).to.have.length(3);
    expect(settlement.ledger_root).to.equal(toHex(world.chain.current.ledgerRoot));
    const device = await client.device(0);
    expect(device.reports.map(({ outcome }) => outcome)).to.deep.equal(['accepted']);
    expect(device.claimable).to.equal('0');
    const owner = await client.owner(settlement.owners[0]!);
    expect(owner.devices.map(({ index }) => index)).to.deep.equal([1, 4]);
    expect(owner.earned).to.equal(owner.paid);
  });

  it('answers about devices without reading from its database again what never changes', async () => {
    await world.tick();
    await world.at(0).client.submit(world.devices.map((device) => signed(device)));
    world.pass(61);
    await world.promoted(1);
    const { oracle, client } = world.at(0);
    await client.device(0);
    const read: string[] = [];
    const get = oracle.store.get.bind(oracle.store);
    oracle.store.get = (partition, sort) => {
      read.push(`${partition} ${sort}`);
      return get(partition, sort);
    };
    expect((await client.device(1)).reports).to.have.length(1);
    expect(read).to.deep.equal([]);
  });
});
