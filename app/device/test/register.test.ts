import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  MAX_SUPPORTED_TRANSACTION_VERSION,
  p256PublicKey,
  TransactionUnknown,
  toHex,
} from '@commonwire/sdk/core';
import { mountedCell } from '@commonwire/sdk/device';
import { readRegistryChanges, registryAddress } from '@commonwire/sdk/network';
import { Connection, Keypair, LAMPORTS_PER_SOL, PublicKey, VersionedTransaction } from '@solana/web3.js';
import { expect } from 'chai';
import { latLngToCell } from 'h3-js';
import { expectError, fund, type TestChain } from '../../../tests/support/chain';
import { networkChain, newDevice, TestNetwork } from '../../../tests/support/network';
import { RpcProxy } from '../../../tests/support/rpc-proxy';
import { parseCommand } from '../src/arguments';
import { notRegistered, printRegistration, type RegisterCommand, register } from '../src/register';
import { registrationOutput } from '../src/registration-output';
import { FakeClock } from './support';

const CELL = latLngToCell(39.742, -105.18, 12);
const MAIN = join(__dirname, '../src/main.ts');
const P256 = toHex(p256PublicKey(new Uint8Array(32).fill(9)));

describe('device registration', () => {
  let folder: string;
  let chain: TestChain;
  let network: TestNetwork;
  let owner: Keypair;
  let device: Keypair;

  const keyFile = (name: string, { secretKey }: Keypair) => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify([...secretKey]), { mode: 0o600 });
    return file;
  };
  /** Returns a complete command line with `changes` to its options; null leaves one out. */
  const argv = (changes: Record<string, string | null> = {}, ...more: string[]): string[] => {
    const options: Record<string, string | null> = {
      url: chain.connection.rpcEndpoint,
      network: network.address.toBase58(),
      keypair: join(folder, 'owner.json'),
      key: join(folder, 'the meter.json'),
      latitude: '39.742',
      longitude: '-105.18',
      capacity: '6000',
      ...changes,
    };
    const given = Object.entries(options).filter(([, value]) => value !== null);
    return ['register', ...given.map(([name, value]) => `--${name}=${value}`), ...more];
  };
  const command = (...given: Parameters<typeof argv>): RegisterCommand => {
    const parsed = parseCommand(argv(...given));
    if (parsed.command !== 'register') throw new Error('not a registration');
    return parsed;
  };
  const start = (...given: Parameters<typeof argv>) => register(command(...given), new FakeClock());
  const count = async () => (await network.registry()).deviceCount;
  const messageOf = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'no error',
      (error: Error) => error.message,
    );

  before(async () => {
    chain = await networkChain();
    network = await TestNetwork.create(chain);
    owner = await fund(chain.connection, 1);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'register-'));
    device = Keypair.generate();
    keyFile('owner.json', owner);
    keyFile('the meter.json', device);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('registers the device on chain for the owner, with its cell and capacity', async () => {
    const before = await count();
    const [registered] = await start();
    expect(registered!.index).to.equal(before);
    expect(await count()).to.equal(before + 1);
    const response = await chain.connection.getTransaction(registered!.signature!, {
      commitment: 'confirmed',
      maxSupportedTransactionVersion: MAX_SUPPORTED_TRANSACTION_VERSION,
    });
    const [change] = readRegistryChanges(response!, network.address);
    const onChain = change?.kind === 'registered' ? change.devices[0] : undefined;
    expect(onChain).to.include({ index: before, kind: 1, keyType: 0, capacity: 6000 });
    expect(onChain!.h3Cell).to.equal(BigInt(`0x${CELL}`));
    expect(new PublicKey(onChain!.owner).equals(owner.publicKey)).to.equal(true);
    expect(new PublicKey(onChain!.deviceKey.subarray(0, 32)).equals(device.publicKey)).to.equal(true);
  });

  it('registers how panels are mounted, beside their cell', async () => {
    const given = command({ mount: 'one-axis' });
    const [registered] = await register(given, new FakeClock());
    expect(registered!.h3Cell).to.equal(mountedCell(BigInt(`0x${CELL}`), 'one-axis'));
    const lines = registrationOutput(given, [registered!]);
    expect(lines).to.include.members([`H3 cell     ${CELL}`, 'mount       one-axis']);
  });

  it("returns the transaction's index even if others register, and waits for a node that lags", async () => {
    const { getTransaction } = Connection.prototype;
    const before = await count();
    const clock = new FakeClock();
    // Without earlier registrations that would be read first.
    const keypair = keyFile('new owner.json', await fund(chain.connection, 1));
    const behind = async () => {
      replace({ getTransaction });
      await network.send(network.registration(owner, [newDevice(Keypair.generate())]), [owner]);
      return null;
    };
    const [registered] = await replacing({ getTransaction: behind }, () =>
      register(command({ keypair }), clock),
    );
    expect(registered!.index).to.equal(before);
    expect(await count()).to.equal(before + 2);
    expect(clock.slept).to.have.length(1);
  });

  it('registers public keys of both types in one transaction', async () => {
    const before = await count();
    const ed25519 = [device, Keypair.generate()].map((key) => key.publicKey.toBase58());
    const keys = [P256, ...ed25519].map((key) => `--public-key=${key}`);
    const given = command({ key: null }, ...keys, '--json');
    const lines = registrationOutput(given, await register(given, new FakeClock())).map((line) =>
      JSON.parse(line),
    );
    expect(lines.map(({ index }) => index)).to.deep.equal([before, before + 1, before + 2]);
    expect(lines.map(({ public_key }) => public_key)).to.deep.equal([...ed25519, P256]);
    expect(new Set(lines.map(({ signature }) => signature)).size).to.equal(1);
    expect(Object.keys(lines[0])).to.deep.equal(['index', 'signature', 'owner', 'public_key', 'h3_cell']);
    expect(lines[0]).to.include({ owner: owner.publicKey.toBase58(), h3_cell: CELL });
  });

  it('registers as many devices at once as it admits', async () => {
    const p256 = Array.from({ length: 79 }, (_, i) => toHex(p256PublicKey(new Uint8Array(32).fill(i + 1))));
    const keys = [device.publicKey.toBase58(), ...p256].map((key) => `--public-key=${key}`);
    expect(await start({ key: null }, ...keys)).to.have.length(80);
    expect(() => command({ key: null }, ...keys, `--public-key=${owner.publicKey}`)).to.throw('at most 80');
  });

  it("prints a shell command line that starts the device's agent", async () => {
    const given = command({ oracle: 'https://one.example' });
    const [registered] = await register(given, new FakeClock());
    const lines = registrationOutput(given, [registered!]);
    expect(lines).to.include(`index       ${registered!.index}`);
    expect(lines).to.include(`transaction ${registered!.signature}`);
    const line = lines.find((text) => text.startsWith('npx tsx app/device/src/main.ts '))!;
    const words = execFileSync('sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' });
    const next = parseCommand(words.trimEnd().split('\n').slice(3));
    expect(next).to.include({
      command: 'run',
      key: join(folder, 'the meter.json'),
      index: registered!.index,
      latitude: 397_420_000,
      longitude: -1_051_800_000,
      kind: 1,
    });
    expect(next).to.deep.include({ oracle: ['https://one.example'], owner: owner.publicKey });
    expect(next).to.deep.include({ network: network.address });
  });

  it('says what to fill in if the oracle or key file is unknown, and that P-256 keys cannot use the agent', async () => {
    const key = { key: null, 'public-key': device.publicKey.toBase58() };
    const given = command(key);
    const registered = await register(given, new FakeClock());
    expect(registrationOutput(given, registered).join('\n'))
      .to.include('replacing URL with the address')
      .and.include("FILE with the device's key file")
      .and.include('run --oracle URL --network');
    const p256 = { keyType: 1 as const, bytes: p256PublicKey(new Uint8Array(32).fill(9)) };
    expect(registrationOutput(given, [{ ...registered[0]!, publicKey: p256 }]).join('\n'))
      .to.include('Ed25519 only')
      .and.not.include('main.ts run');
  });

  it('shows the exact cost before it sends', async () => {
    const payer = await fund(chain.connection, 1);
    const said: string[] = [];
    const keys = [device, Keypair.generate()].map((key) => `--public-key=${key.publicKey}`);
    const given = command({ key: null, keypair: keyFile('payer.json', payer) }, ...keys);
    const attempt = () => register(given, new FakeClock(), (line) => said.push(line));
    await printRegistration(given, (line) => said.push(line));
    expect(said).to.deep.equal([
      'registering 2 devices costs 0.000031 SOL: 0.000026 SOL to the network and a fee of 0.000005 SOL',
    ]);
    await attempt();
    expect(await chain.connection.getBalance(payer.publicKey)).to.equal(LAMPORTS_PER_SOL - 31_000);
  });

  it('works as a process: keygen, then register', async function () {
    this.timeout(60_000);
    const key = join(folder, 'new.json');
    const made = await cli('keygen', '--key', key);
    const { status, stdout, stderr } = await cli(...argv({ key }, '--json'));
    expect(status, stderr).to.equal(0);
    const registered = JSON.parse(stdout);
    expect(registered.public_key).to.equal(made.stdout.trim());
    expect(registered.index).to.equal((await count()) - 1);
    const refused = await cli(...argv({ capacity: '10000001' }));
    expect(refused).to.include({ status: 2, stdout: '' });
    expect(refused.stderr).to.match(
      /^error: network \w+ admits energy devices with a capacity of up to 10000000, /m,
    );
  });

  describe('before anything is sent', () => {
    let before: number;
    beforeEach(async () => {
      before = await count();
    });
    afterEach(async () => expect(await count()).to.equal(before));

    it('error: no network at the address, or another account', async () => {
      const nowhere = Keypair.generate().publicKey.toBase58();
      expect(await messageOf(start({ network: nowhere })))
        .to.include(`there is no network at ${nowhere}`)
        .and.include('check --network, and check that --url is a node of its cluster');
      await expectError(start({ network: network.mint.toBase58() }), 'network_unreadable');
      const registry = registryAddress(network.address).toBase58();
      expect(await messageOf(start({ network: registry }))).to.include('not its registry');
    });

    it('error: a kind the policy does not admit', async () => {
      expect(await messageOf(start({ kind: 'parking' }))).to.include(
        'does not admit parking devices, only: energy; choose another --kind',
      );
    });

    it('error: more capacity than the policy admits', async () => {
      await expectError(start({ capacity: '10000001' }), 'not_admitted');
    });

    it('error: an owner without SOL for the fee', async () => {
      const poor = Keypair.generate();
      const message = await messageOf(start({ keypair: keyFile('poor.json', poor) }));
      expect(message)
        .to.include(`wallet ${poor.publicKey} has 0 SOL`)
        .and.include('registering costs 0.000013 SOL, the transaction fee is 0.000005 SOL')
        .and.include('add SOL');
    });

    it('error: an owner whose wallet the fee would leave below the minimum balance', async () => {
      const stays = await chain.connection.getMinimumBalanceForRentExemption(0);
      const owner = keyFile('low.json', await fund(chain.connection, (stays + 1_000) / LAMPORTS_PER_SOL));
      await expectError(start({ keypair: owner }), 'owner_unfunded');
    });

    it("error: an owner who can pay the transaction fee but not the network's fee", async () => {
      const stays = await chain.connection.getMinimumBalanceForRentExemption(0);
      const owner = keyFile('low.json', await fund(chain.connection, (stays + 17_999) / LAMPORTS_PER_SOL));
      await expectError(start({ keypair: owner }), 'owner_unfunded');
    });

    it('error: no RPC node answers', async () => {
      const message = await messageOf(start({ url: 'http://127.0.0.1:1' }));
      expect(message).to.include("RPC node http://127.0.0.1:1 can't be reached");
    });

    it('error: a missing key file', async () => {
      await expectError(start({ keypair: join(folder, 'none.json') }), /none\.json can't be read/);
      await expectError(start({ key: join(folder, 'none.json') }), /none\.json can't be read/);
    });
  });

  it('error: a transaction whose index cannot be read; it is named and must not be sent again', async () => {
    const clock = new FakeClock();
    const before = await count();
    const never = async () => null;
    // An owner without earlier registrations: of those the node would have to show the transactions first.
    const keypair = keyFile('newcomer.json', await fund(chain.connection, 1));
    const message = await replacing({ getTransaction: never }, () =>
      messageOf(register(command({ keypair }), clock)),
    );
    expect(message)
      .to.match(/^transaction \w{80,} registered the device/)
      .and.include('run the command again later');
    expect(clock.now()).to.equal(30_000);
    expect(await count()).to.equal(before + 1);
  });

  it('finds that the transaction landed though the answer to sending it is lost', async () => {
    const proxy = await RpcProxy.start(chain.connection.rpcEndpoint, { losesAnswers: 504 });
    const before = await count();
    const [registered] = await start({ url: proxy.url }).finally(() => proxy.close());
    expect(registered!.index).to.equal(before);
    expect(await count()).to.equal(before + 1);
  });

  it('finds a device that is registered already, and registers only the others', async () => {
    const [first] = await start();
    const before = await count();
    const said: string[] = [];
    const again = await register(command(), new FakeClock(), (line) => said.push(line));
    expect(again).to.deep.equal([first]);
    expect(said).to.deep.equal([
      `device ${device.publicKey} is registered already, with index ${first!.index} by transaction ${first!.signature}`,
    ]);
    expect(await count()).to.equal(before);

    const other = Keypair.generate();
    const both = [device, other].map((key) => `--public-key=${key.publicKey}`);
    const [old, added] = await register(command({ key: null }, ...both), new FakeClock());
    expect([old!.index, added!.index]).to.deep.equal([first!.index, before]);
    expect(await count()).to.equal(before + 1);
  });

  it('lets another wallet pay the fee, the rent and the network', async () => {
    const poor = Keypair.generate();
    const payer = await fund(chain.connection, 1);
    const keypair = keyFile('poor.json', poor);
    const [registered] = await start({ keypair, payer: keyFile('payer.json', payer) });
    expect(registered!.owner.equals(poor.publicKey)).to.equal(true);
    expect(await chain.connection.getBalance(payer.publicKey)).to.be.below(LAMPORTS_PER_SOL);
  });

  it('prints a transaction that an owner signs elsewhere, and sends nothing', async () => {
    const before = await count();
    const printing = command({ keypair: owner.publicKey.toBase58() }, '--print');
    const printed = await printRegistration(printing, () => undefined);
    expect(await count()).to.equal(before);
    const imported = VersionedTransaction.deserialize(Buffer.from(printed!.transaction, 'base64'));
    imported.sign([owner]);
    await chain.connection.sendTransaction(imported);
    expect(await count()).to.equal(before + 1);
  });

  it('error: the outcome is unknown; what to do finds the device', () => {
    const { message } = notRegistered(new TransactionUnknown('SIGNATURE', 'http://node'));
    expect(message)
      .to.include('transaction SIGNATURE may have landed')
      .and.include('run the command again in two minutes: it finds the device');
    expect(notRegistered({ odd: 1 }).message).to.include('{"odd":1}');
  });

  it('error: the chain refuses the registration; nothing is registered', async () => {
    const before = await count();
    // The balance that the checks saw has changed when the transaction arrives.
    const poor = Keypair.generate();
    const getBalance = async () => 1_000_000_000;
    const owner = keyFile('poor.json', poor);
    const message = await replacing({ getBalance }, () => messageOf(start({ keypair: owner })));
    expect(message).to.include('registering failed: the chain refused').and.include('nothing was registered');
    expect(await count()).to.equal(before);
  });

  it('error: values out of range or of another command', () => {
    const twice = device.publicKey.toBase58();
    for (const [changes, more, message] of [
      [{ key: null }, [], '--key: give either'],
      [{ 'public-key': twice }, [], '--key: give either'],
      [{ key: null }, [`--public-key=${twice}`, `--public-key=${twice}`], 'the same key is given twice'],
      [{ key: null, 'public-key': 'me' }, [], 'me is neither an Ed25519 key'],
      [{ key: null, 'public-key': network.address.toBase58() }, [], 'neither an Ed25519 key'],
      [{ key: null, 'public-key': `02${'f'.repeat(64)}` }, [], 'nor a compressed P-256 key'],
      [{ capacity: '0' }, [], '--capacity: '],
      [{ mount: 'flat' }, [], '--mount: '],
      [{ mount: 'fixed', kind: 'sensor' }, [], '--mount: only panels have one'],
      [{ capacity: '4294967296' }, [], '--capacity: '],
      [{ url: 'moon' }, [], '--url: '],
      [{ network: null }, [], '--network is missing'],
      [{ index: '3' }, [], '--index is not an option of register'],
      [{}, ['readings.csv'], 'readings.csv is one argument too many'],
    ] as const) {
      expect(() => command(changes, ...more), message).to.throw(message);
    }
  });
});

/** Replaces methods of connections. */
const replace = (methods: object) => Object.assign(Connection.prototype, methods);

/** Runs `act` while methods of connections are replaced. */
async function replacing<T>(methods: object, act: () => Promise<T>): Promise<T> {
  const names = Object.keys(methods) as (keyof Connection)[];
  const own = Object.fromEntries(names.map((name) => [name, Connection.prototype[name]]));
  replace(methods);
  return act().finally(() => replace(own));
}

/** Runs the command line as a process and waits for its end. */
function cli(...argv: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [require.resolve('tsx/cli'), MAIN, ...argv],
      (_, stdout, stderr) => resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
