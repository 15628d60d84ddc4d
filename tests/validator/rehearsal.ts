import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { domain } from '@commonwire/oracle';
import { prebuiltPrograms } from '@commonwire/toolchain/prebuilt';
import { createMint, getOrCreateAssociatedTokenAccount, mintTo } from '@solana/spl-token';
import { Keypair, type PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import type { Command } from '../../app/cli/src/command';
import { area } from '../../app/cli/src/commands/area';
import { asset } from '../../app/cli/src/commands/asset';
import { dao } from '../../app/cli/src/commands/dao';
import { market } from '../../app/cli/src/commands/market';
import { meter } from '../../app/cli/src/commands/meter';
import { offer } from '../../app/cli/src/commands/offer';
import { order } from '../../app/cli/src/commands/order';
import { stake } from '../../app/cli/src/commands/stake';
import { verify } from '../../app/cli/src/commands/verify';
import { Files } from '../../app/cli/test/files';
import { NOON } from '../../oracle/test/domain/support';
import { OracleProcess } from '../../oracle/test/support/processes';
import { chainTime, fund, type TestChain } from '../support/chain';
import { networkChain } from '../support/network';
import { PROGRAMS, programKeyFile, walletKeyFile } from './keys';

const ROOT = join(__dirname, '../..');
const run = promisify(execFile);
const QUARTER = 900;
const PLACE = ['--latitude', '39.742', '--longitude=-105.18'];

/**
 * A community's first day, from the programs to the market, by the commands that the documents give, on a validator that has
 * only SPL Governance. `npm run test:validator` made the programs' keys and built the binaries for their addresses.
 */
describe('from nothing to a network that pays, a DAO, a farm and a market', function () {
  this.timeout(240_000);
  const files = new Files();
  const oracleKeys = [1, 2, 3].map(() => Keypair.generate());
  const device = Keypair.generate();
  let chain: TestChain;
  let wallet: Keypair;
  let where: string[];
  let made: { network: string; mint: string };
  let oracles: OracleProcess[] = [];

  before(async () => {
    chain = await networkChain();
    where = ['--url', chain.connection.rpcEndpoint];
    wallet = await fund(chain.connection, 100);
  });
  after(async () => {
    await Promise.all(oracles.map((oracle) => oracle.end('SIGKILL')));
    files.remove();
  });

  /** Runs an npm script and returns its JSON. */
  const script = async (name: string, ...args: string[]) => {
    const argv = ['run', '-s', name, '--', ...where, ...args, '--json'];
    return JSON.parse((await run('npm', argv, { cwd: ROOT })).stdout);
  };
  /** Runs an action of `commonwire`, with somebody's key if it takes one, and returns its JSON. */
  const commonwire = async ({ run: carryOut }: Command, key: Keypair | null, ...argv: string[]) => {
    const lines: string[] = [];
    const [action, ...more] = argv as [string, ...string[]];
    const options = [...where, ...(key ? ['--keypair', files.key(key)] : []), ...more, '--json'];
    expect(await carryOut([action, ...options], (line) => lines.push(line))).to.equal(0);
    return JSON.parse(lines.join(''));
  };
  /** Runs the device agent. */
  const agent = async (...argv: string[]) => {
    const main = join(ROOT, 'app/device/src/main.ts');
    return (await run(process.execPath, ['--import', 'tsx', main, ...argv], { cwd: ROOT })).stdout.trim();
  };
  const base58 = ({ publicKey }: Keypair) => publicKey.toBase58();
  const iso = (seconds: number | bigint) =>
    new Date(Number(seconds) * 1000).toISOString().replace('.000', '');

  it('deploys all four programs, and a second time nothing', async () => {
    const named = PROGRAMS.flatMap((name) => ['--program', name]);
    const keys = PROGRAMS.flatMap((name) => ['--program-keypair', programKeyFile(ROOT, name)]);
    const deploy = (...more: string[]) =>
      script('deploy', '--keypair', walletKeyFile(ROOT), ...named, ...keys, ...more);
    const plan = await deploy('--dry-run');
    expect(plan.programs.map(({ action }: { action: string }) => action)).to.deep.equal(
      PROGRAMS.map(() => 'deployed'),
    );
    const { programs } = await deploy();
    const declared = new Map(prebuiltPrograms().map(({ name, address }) => [name, address]));
    const spent = programs.reduce(
      (sum: bigint, program: { cost_lamports: string }) => sum + BigInt(program.cost_lamports),
      0n,
    );
    expect(programs.map(({ program }: { program: string }) => program)).to.deep.equal(
      PROGRAMS.map((name) => declared.get(name)),
    );
    expect(spent > 0n && spent <= BigInt(plan.total_lamports)).to.equal(true);
    expect(await deploy('--dry-run')).to.include({ total_lamports: '0' });
  });

  it('creates a network for three oracles', async () => {
    const config = JSON.parse(readFileSync(join(ROOT, 'migrations/network.example.json'), 'utf8'));
    config.committee.keys = oracleKeys.map(base58);
    Object.assign(config.policy, { epoch_seconds: 10, challenge_seconds: 5 });
    config.policy.max_capacity.meter = 100_000;
    const args = ['--config', files.json(config), '--keypair', files.key(wallet)];
    made = await script('create-network', ...args);
    expect(await script('create-network', ...args, '--dry-run')).to.deep.include({
      network: made.network,
      steps: [],
    });
  });

  it('registers a device and two meters, and starts the oracles', async () => {
    const registering = ['register', ...where, '--network', made.network, '--keypair', files.key(wallet)];
    const meters = [1, 2].flatMap(() => ['--public-key', base58(Keypair.generate())]);
    const sun = await agent(
      ...registering,
      '--key',
      files.key(device),
      ...PLACE,
      '--capacity',
      '6000',
      '--json',
    );
    expect(JSON.parse(sun)).to.include({ index: 0, owner: base58(wallet) });
    const both = await agent(
      ...registering,
      ...meters,
      ...PLACE,
      '--kind',
      'meter',
      '--capacity',
      '9000',
      '--json',
    );
    expect(both.split('\n').map((line) => JSON.parse(line).index)).to.deep.equal([1, 2]);

    const policy = {
      rules_version: domain.RULES_VERSION,
      epoch_budget: '10000000000',
      device_epoch_cap: '50000000',
      clock: { origin: NOON * 1000, start: Date.now(), speed: 1 },
    };
    const shared = {
      COMMONWIRE_RPC_URL: chain.connection.rpcEndpoint,
      COMMONWIRE_NETWORK: made.network,
      COMMONWIRE_DEVELOPMENT: '1',
      COMMONWIRE_COMMITMENT: 'confirmed',
      COMMONWIRE_POLICY: JSON.stringify(policy),
      COMMONWIRE_TICK_SECONDS: '0.5',
    };
    oracles = await OracleProcess.prepare(oracleKeys, shared, await fund(chain.connection, 10));
    await Promise.all(oracles.map((oracle) => oracle.start()));
  });

  it('pays the device for what its agent reported, as anybody can verify', async () => {
    const [{ client }] = oracles as [OracleProcess];
    await until('the oracle knows the devices', async () => {
      const info = await client.network().catch(() => undefined);
      return info?.device_count === 3;
    });
    const start = NOON - 2 * QUARTER;
    const csv = join(files.folder, 'readings.csv');
    writeFileSync(csv, [start, start + QUARTER].map((time) => `${iso(time)},2000\n`).join(''));
    const reporting = [
      '--oracle',
      client.url,
      '--key',
      files.key(device),
      '--index',
      '0',
      '--owner',
      base58(wallet),
    ];
    expect(
      (await agent('run', '--development', ...reporting, ...PLACE, csv)).match(/accepted/g),
    ).to.have.length(2);
    const of = ['--network', made.network, '--oracle', client.url, '--device', '0'];
    const paid = await until('the device is paid', async () => {
      const lines: string[] = [];
      const status = await verify
        .run([...where, ...of, '--json'], (line) => lines.push(line))
        .catch(() => undefined);
      const document = status === 0 ? JSON.parse(lines.join('')) : undefined;
      return document?.devices[0].paid > 0 && document;
    });
    expect(paid).to.include({ verified: true, owner: base58(wallet) });
    expect(paid.devices[0]).to.include({ earned: paid.devices[0].paid, due: '0' });
  });

  it('has a DAO, in which what was earned is staked', async () => {
    const name = `Sun of ${made.network.slice(0, 8)}`;
    const rules = ['--quorum', '20', '--proposal-weight', '1', '--guardian', base58(oracleKeys[0]!)];
    const created = await commonwire(dao, wallet, 'create', '--name', name, '--mint', made.mint, ...rules);
    const pool = ['--pool', created.pool];
    await commonwire(stake, wallet, 'open', ...pool, '--amount', '10', '--lock', '365d');
    const { positions } = await commonwire(stake, wallet, 'show', ...pool);
    expect(positions).to.have.length(1);
    expect(await commonwire(dao, null, 'realms', '--mint', made.mint)).to.deep.include({ mint: made.mint });
  });

  it('has a farm that is funded to the last share', async () => {
    const backer = await fund(chain.connection, 10);
    const usd = await money(backer, 150_000_000_000n);
    const config = JSON.parse(readFileSync(join(ROOT, 'migrations/asset.example.json'), 'utf8'));
    const now = await chainTime(chain.connection);
    const inDays = (days: number) => iso(now + BigInt(days * 86_400));
    config.documents.sha256 = 'ab'.repeat(32);
    Object.assign(config, { payment_mint: usd, network: made.network, builder: base58(Keypair.generate()) });
    config.deadline = inDays(10);
    for (const [at, tranche] of config.tranches.entries()) tranche.by = inDays(30 * (at + 1));
    const farm = await commonwire(asset, wallet, 'create', '--config', files.json(config));
    const of = ['--asset', farm.asset];
    await commonwire(asset, backer, 'fund', ...of, '--shares', '6000');
    await commonwire(asset, wallet, 'finalize', ...of);
    await commonwire(asset, backer, 'stake', ...of);
    const shown = await commonwire(asset, backer, 'show', ...of);
    expect(shown).to.include({ state: 'funded' });
  });

  it('has a market in which a neighbour orders what a meter offers', async () => {
    const neighbour = await fund(chain.connection, 10);
    const usd = await money(neighbour, 20_000_000n);
    const opened = await commonwire(market, wallet, 'create', '--network', made.network, '--mint', usd);
    const here = await commonwire(area, wallet, 'create', '--market', opened.market, ...PLACE);
    const on = ['--area', here.area];
    for (const index of ['1', '2']) await commonwire(meter, wallet, 'admit', ...on, '--device', index);
    const ending = ['--until', iso((await chainTime(chain.connection)) + 4n * 900n)];
    const terms = ['--devices', '1,0', '--capacity', '10', '--price', '0.21'];
    const offered = await commonwire(offer, wallet, 'create', ...on, ...terms, ...ending);
    const wish = ['--device', '2', '--price', '0.3', '--budget', '5'];
    const ordered = await commonwire(order, neighbour, 'create', ...on, ...wish, ...ending);
    expect(await commonwire(market, null, 'show', offered.offer)).to.include({ capacity: '10000' });
    expect(await commonwire(market, null, 'show', ordered.order)).to.include({ escrow: '5000000' });
  });

  /** Makes a currency that a wallet has so much of. @returns its mint */
  async function money(owner: Keypair, amount: bigint): Promise<string> {
    const { connection, payer } = chain;
    const mint: PublicKey = await createMint(connection, payer, payer.publicKey, null, 6);
    const { address } = await getOrCreateAssociatedTokenAccount(connection, payer, mint, owner.publicKey);
    await mintTo(connection, payer, mint, address, payer, amount);
    return mint.toBase58();
  }

  /** Waits until something holds. @throws Error with what failed in the oracles meanwhile */
  async function until<T>(what: string, find: () => Promise<T | undefined | false>): Promise<T> {
    for (const end = Date.now() + 150_000; Date.now() < end; await setTimeout(500)) {
      const found = await find();
      if (found) return found;
    }
    const failures = oracles.flatMap((oracle) => oracle.events('failed').slice(-3));
    throw new Error(`timed out until ${what}; ${JSON.stringify(failures)}`);
  }
});
