import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { networkChain, TestNetwork } from '../../tests/support/network';
import { RULES_VERSION } from '../src/domain';
import { readConfig } from '../src/runtime/config';
import { OracleEmitter, type OracleEvents } from '../src/runtime/events';
import { type OpenOracle, openOracle } from '../src/runtime/open';
import { taskNames } from '../src/tasks/tasks';
import { TaskThread } from '../src/tasks/thread';
import { NOON } from './domain/support';

describe("the tasks' thread", () => {
  let folder: string;
  let network: TestNetwork;
  let environment: Record<string, string>;
  let opened: OpenOracle;
  let events: OracleEmitter;
  let thread: TaskThread;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commonwire-thread-'));
    const file = async (name: string, { secretKey }: Keypair) => {
      await writeFile(join(folder, name), JSON.stringify([...secretKey]), { mode: 0o600 });
      return join(folder, name);
    };
    const chain = await networkChain();
    network = await TestNetwork.create(chain, { oracles: 1, threshold: 1 });
    await network.register([Keypair.generate()]);
    environment = {
      COMMONWIRE_RPC_URL: chain.connection.rpcEndpoint,
      COMMONWIRE_NETWORK: network.address.toBase58(),
      COMMONWIRE_POLICY: JSON.stringify({
        rules_version: RULES_VERSION,
        epoch_budget: '1000000',
        device_epoch_cap: '1000000',
        clock: { origin: NOON * 1000, start: Date.now(), speed: 900 },
      }),
      COMMONWIRE_DEVELOPMENT: '1',
      COMMONWIRE_COMMITMENT: 'confirmed',
      COMMONWIRE_ORACLE_KEY: await file('oracle', network.oracles[0]!),
      COMMONWIRE_PAYER_KEY: await file('payer', chain.payer),
      COMMONWIRE_DATA: join(folder, 'data'),
      // Ticks come when the test asks for them, but for the first.
      COMMONWIRE_TICK_SECONDS: '3600',
      COMMONWIRE_TURN_SECONDS: '1',
    };
    events = new OracleEmitter();
    opened = await openOracle(await readConfig(environment), events);
  });
  afterEach(async () => {
    await thread.stop();
    await opened.close();
    await rm(folder, { recursive: true, force: true });
  });

  const emitted = <N extends keyof OracleEvents>(name: N) =>
    once(events, name).then(([event]) => event as OracleEvents[N][0]);

  it('takes epochs to the chain; what happens is emitted and watched where requests are served', async () => {
    const { oracle } = opened;
    const [registered, closed] = [emitted('registered'), emitted('closed')];
    let posted = false;
    events.once('posted', () => {
      posted = true;
    });
    thread = new TaskThread(oracle, environment);
    expect((await registered).total).to.equal(1);
    while (!posted) await thread.run();
    expect((await closed).earnedTotal).to.equal(0n);
    expect(oracle.registry.known.deviceCount).to.equal(1);
    expect(Object.keys(oracle.vitals.latest.tasks)).to.have.members([...taskNames]);
    expect(oracle.vitals.latest.running).to.equal(null);
    expect((await network.account()).pending?.epoch).to.equal(1n);
  });

  it('that fails is started again, and says why', async () => {
    const { COMMONWIRE_NETWORK } = environment;
    environment.COMMONWIRE_NETWORK = Keypair.generate().publicKey.toBase58();
    const failed = emitted('failed');
    thread = new TaskThread(opened.oracle, environment);
    const { task, code, message } = await failed;
    expect([task, code]).to.deep.equal(['thread', 'thread-ended']);
    expect(message)
      .to.include('no network')
      .and.to.match(/; it is started again$/);
    environment.COMMONWIRE_NETWORK = COMMONWIRE_NETWORK!;
    expect((await emitted('registered')).total).to.equal(1);
  });
});
