import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, nextSlot, type TestChain } from '../../../tests/support/chain';
import { networkChain, TestNetwork } from '../../../tests/support/network';
import { type ProxyHabits, RpcProxy } from '../../../tests/support/rpc-proxy';
import { parseCommand } from '../src/arguments';
import { register } from '../src/register';
import { FakeClock } from './support';

describe('registering again', () => {
  let folder: string;
  let chain: TestChain;
  let network: TestNetwork;
  let proxy: RpcProxy;

  before(async () => {
    chain = await networkChain();
    network = await TestNetwork.create(chain);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'registered-'));
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await proxy.close();
  });

  const keyFile = (name: string, { secretKey }: Keypair) => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify([...secretKey]), { mode: 0o600 });
    return file;
  };
  const count = async () => (await network.registry()).deviceCount;

  /** Registers a device once, and returns how it is registered again through a node with these habits. */
  async function registered(habits: ProxyHabits) {
    const owner = await fund(chain.connection, 1);
    const keys = [
      `--keypair=${keyFile('owner.json', owner)}`,
      `--key=${keyFile('meter.json', Keypair.generate())}`,
    ];
    const place = ['--latitude=39.742', '--longitude=-105.18', '--capacity=6000'];
    const start = (url: string) => {
      const command = parseCommand([
        'register',
        `--url=${url}`,
        `--network=${network.address}`,
        ...keys,
        ...place,
      ]);
      if (command.command !== 'register') throw new Error('not a registration');
      return register(command, new FakeClock());
    };
    const [first] = await start(chain.connection.rpcEndpoint);
    // With another blockhash the same registration is another transaction.
    await nextSlot(chain.connection);
    proxy = await RpcProxy.start(chain.connection.rpcEndpoint, habits);
    return { first: first!, again: () => start(proxy.url) };
  }

  it('finds the device though the node lists its transaction before it has it', async () => {
    const { first, again } = await registered({ misses: 4 });
    const before = await count();
    expect(await again()).to.deep.equal([first]);
    expect(await count()).to.equal(before);
  });

  it('goes on where the node offers no history', async () => {
    const { again } = await registered({ lacks: new Set(['getSignaturesForAddress']) });
    const before = await count();
    expect(await again()).to.have.length(1);
    expect(await count()).to.equal(before + 1);
  });

  for (const [what, habits] of Object.entries({
    "doesn't answer for its history": {
      fails: { status: 500, of10: 10, methods: new Set(['getSignaturesForAddress']) },
    },
    "doesn't answer for its history, as its gateway says": {
      says: {
        status: 200,
        text: '{"id":null,"error":{"code":-32000,"message":"upstream connect error"}}',
        methods: new Set(['getSignaturesForAddress']),
      },
    },
    'never has a transaction that it lists': { misses: Number.POSITIVE_INFINITY },
  } satisfies Record<string, ProxyHabits>))
    it(`error: the node ${what}; nothing is sent`, async function () {
      this.timeout(90_000);
      const { again } = await registered(habits);
      const before = await count();
      await expectError(again(), 'rpc_unreachable');
      expect(proxy.counts.get('sendTransaction')).to.equal(undefined);
      expect(await count()).to.equal(before);
    });
});
