import { signEd25519 } from '@commonwire/sdk/core';
import { type EpochMessage, encodeEpochMessage, proveEquivocation } from '@commonwire/sdk/network';
import { expect } from 'chai';
import { peerSignatures } from '../src/epoch/observed';
import { signOnce } from '../src/epoch/signing';
import { gatherLogs } from '../src/log/copies';
import { closable, messageOf } from '../src/tasks/close';
import { sync } from '../src/tasks/sync';
import { oracles, signed } from './domain/support';
import { closeWith, loadLogs } from './support/closing';
import { lying } from './support/lying-store';
import { World } from './support/world';

const LIAR = 1;

describe('oracle: a member that signs two messages', () => {
  let world: World;
  let message: EpochMessage;

  beforeEach(async () => {
    world = await new World().start();
    await world.tick();
    for (const i of [0, 1, 2]) await world.at(i).client.submit([signed(world.devices[i]!)]);
    world.pass(61);
    const { oracle } = world.at(LIAR);
    await oracle.chain.cut();
    for (const i of [0, 2]) await world.at(i).server.tick();
    await sync(oracle);
    const due = (await closable(oracle))!;
    const { logs } = await gatherLogs(oracle, 1, due.network.committee.keys, due.previous);
    message = messageOf(oracle, due, closeWith(oracle, due, await loadLogs(oracle, logs)), 0);
    await signOnce(oracle.store, oracle.signer, message);
  });
  afterEach(() => world.stop());

  const look = async (i: number) => {
    const { oracle } = world.at(i);
    return peerSignatures(oracle, await oracle.chain.readNetwork('latest'), 1);
  };
  const evidence = async (i: number) => (await world.at(i).client.evidence()).evidence;
  /** Makes the liar show a different message for attempt 0 from now on. */
  const lie = async (changes: Partial<EpochMessage>) => {
    const { oracle } = world.at(LIAR);
    const forged = encodeEpochMessage({ ...message, ...changes });
    await world.kill(LIAR);
    await world.run(LIAR, { store: lying(oracle.store, forged, signEd25519(forged, oracles[LIAR]!)) });
  };
  const total = () => ({ earnedTotal: message.earnedTotal + 1n });

  it('signs one message for each attempt and version of the committee, whichever it signed first', async () => {
    const { store, signer } = world.at(LIAR).oracle;
    const next = { ...message, committeeVersion: message.committeeVersion + 1 };
    for (const one of [next, message, next]) {
      const { message: bytes } = await signOnce(store, signer, one);
      expect(bytes).to.equal(Buffer.from(encodeEpochMessage(one)).toString('base64'));
      const refusal = await signOnce(store, signer, { ...one, ...total() }).catch((error: unknown) => error);
      expect(refusal).to.have.property('code', 'already-signed');
    }
    await look(0);
    expect(await evidence(0)).to.deep.equal([]);
  });

  it('is not accused before that, however often it is asked', async () => {
    for (const i of [0, 2, 0, 2]) expect(await look(i)).to.have.length(1);
    expect(await evidence(0)).to.deep.equal([]);
    const { witnessed } = await world.at(0).client.signatures(1);
    expect(witnessed.map(({ oracle, attempt }) => [oracle, attempt])).to.deep.equal([
      [world.at(LIAR).oracle.address, 0],
    ]);
  });

  it('is proven once if it shows one message first and a different one later', async () => {
    await look(0);
    await lie(total());
    await look(0);
    await look(0);
    const [proof, ...more] = await evidence(0);
    expect(more).to.deep.equal([]);
    const { oracle, identity } = proveEquivocation(proof!);
    expect(oracle.toBase58()).to.equal(world.at(LIAR).oracle.address);
    expect(identity).to.include({ epoch: 1n, attempt: 0 });
    const events = world.events('equivocation');
    expect(events).to.deep.equal([{ epoch: 1, attempt: 0, oracle: oracle.toBase58() }]);
  });

  it('is proven if it shows a different message to each peer', async () => {
    await look(0);
    await lie(total());
    // This oracle never asked before the lie, so it knows the first message only from its peer.
    await look(2);
    const [proof] = await evidence(2);
    expect(proveEquivocation(proof!).identity.committeeVersion).to.equal(message.committeeVersion);
  });

  it('is proven once an epoch, however many attempts it signs twice', async () => {
    const { oracle } = world.at(LIAR);
    const signatures = [0, 1, 2, 3].flatMap((attempt) =>
      [message, { ...message, ...total() }].map((one) => {
        const bytes = encodeEpochMessage({ ...one, attempt });
        const base64 = (part: Uint8Array) => Buffer.from(part).toString('base64');
        return { attempt, message: base64(bytes), signature: base64(signEd25519(bytes, oracles[LIAR]!)) };
      }),
    );
    const [peer] = world.at(0).oracle.peers.urls.filter((url) => url === world.url(LIAR));
    const client = world.at(0).oracle.peers.at(peer!);
    client.signatures = async (epoch) => ({
      epoch,
      oracle: oracle.address,
      signatures,
      witnessed: [],
      refusals: [],
    });
    await look(0);
    expect(await evidence(0)).to.have.length(1);
    expect(world.events('equivocation')).to.have.length(1);
  });

  it('is not accused because of unrelated messages', async () => {
    await look(0);
    for (const changes of [
      { committeeVersion: message.committeeVersion + 1 },
      { network: new Uint8Array(32) },
      { birth: message.birth + 1n },
      { epoch: 2n },
    ]) {
      await lie({ ...total(), ...changes });
      await look(0);
    }
    expect(await evidence(0)).to.deep.equal([]);
    expect(await world.at(0).client.signatures(1))
      .to.have.property('witnessed')
      .with.length(1);
  });
});
