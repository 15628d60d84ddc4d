import { EPOCH_MESSAGE_BYTES, encodeEpochMessage, signEd25519 } from '@commonwire/sdk';
import { expect } from 'chai';
import { closable, closeWith, messageOf, storeDataset } from '../src/close';
import type { Log } from '../src/domain';
import { gatherLogs } from '../src/log/copies';
import { signOnce } from '../src/signing';
import { sync } from '../src/sync';
import { oracles, signed } from './domain/support';
import { lying } from './support/lying-store';
import { World } from './support/world';

const LEADER = 1;

describe('oracle: what an attester signs', () => {
  let world: World;
  beforeEach(async () => {
    world = await new World().start();
    await world.tick();
    for (const i of [0, 1, 2]) await world.at(i).client.submit([signed(world.devices[i]!)]);
    world.pass(61);
    await world.at(LEADER).oracle.chain.cut();
  });
  afterEach(() => world.stop());

  /** Has the leader propose a dataset over logs that `change` picked or changed. */
  async function propose(change: (logs: readonly Log[]) => readonly Log[]): Promise<void> {
    for (const i of [0, 2]) await world.at(i).server.tick();
    const { oracle } = world.at(LEADER);
    await sync(oracle);
    const due = (await closable(oracle))!;
    const { logs } = await gatherLogs(oracle, 1, due.network.committee.keys, due.previous);
    expect(logs).to.have.length(3);
    const result = closeWith(oracle, due, change(logs));
    await storeDataset(oracle, result);
    await signOnce(oracle.store, oracle.signer, messageOf(oracle, due, result, 0));
  }

  const declined = (i: number) =>
    world.at(i).log.flatMap(({ name, fields }) => (name === 'declined' ? [fields.code] : []));

  it('signs what it recomputes to the same byte', async () => {
    await propose((logs) => logs);
    await world.promoted(1);
    expect(world.events('declined')).to.deep.equal([]);
  });

  it('refuses a dataset without its own log, and without one it had copied in time', async () => {
    await propose((logs) => logs.filter(({ head }) => head.oracle !== world.at(0).oracle.address));
    await world.tick(2);
    expect(declined(0)).to.deep.equal(['own-log-missing']);
    expect(declined(2)).to.deep.equal(['peer-log-missing']);
    expect(world.chain.posts).to.have.length(0);
    const { refusals } = await world.at(0).client.epoch(1);
    expect(refusals.map(({ attempt, code }) => [attempt, code])).to.deep.equal([[0, 'own-log-missing']]);
  });

  it('refuses a root that does not follow from the logs', async () => {
    await propose((logs) => logs);
    const { oracle } = world.at(LEADER);
    const due = (await closable(oracle))!;
    const { logs } = await gatherLogs(oracle, 1, due.network.committee.keys, due.previous);
    const message = messageOf(oracle, due, closeWith(oracle, due, logs), 1);
    const forged = encodeEpochMessage({ ...message, attempt: 0, earnedTotal: message.earnedTotal + 1n });
    const signature = signEd25519(forged, oracles[LEADER]!);
    await world.kill(LEADER);
    const liar = await world.run(LEADER, { store: lying(oracle.store, forged, signature) });
    await world.at(0).server.tick();
    expect(declined(0)).to.deep.equal(['recomputation-differs']);
    expect(forged).to.have.length(EPOCH_MESSAGE_BYTES);
    expect(liar.oracle.address).to.equal(oracle.address);
  });

  it('signs one message an epoch and attempt, whatever it is asked', async () => {
    const { oracle } = world.at(LEADER);
    await sync(oracle);
    const due = (await closable(oracle))!;
    const { logs } = await gatherLogs(oracle, 1, due.network.committee.keys, due.previous);
    const message = messageOf(oracle, due, closeWith(oracle, due, logs), 0);
    const { store, signer } = oracle;
    const other = { ...message, earnedTotal: message.earnedTotal + 1n };
    const asked = await Promise.allSettled([
      signOnce(store, signer, message),
      signOnce(store, signer, other),
      signOnce(store, signer, message),
      signOnce(store, signer, other),
    ]);
    const given = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value.message] : []));
    expect(given).to.have.length(2);
    expect(new Set(given).size).to.equal(1);
    for (const one of asked)
      if (one.status === 'rejected') expect(one.reason.code).to.equal('already-signed');
  });
});
