import { fetchBonds, unlockBond } from '@commonwire/sdk/network';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, nextSlot, type TestChain } from '../../../tests/support/chain';
import { networkChain, POLICY, TestNetwork } from '../../../tests/support/network';
import { RpcProxy } from '../../../tests/support/rpc-proxy';
import type { Command } from '../src/command';
import { bond } from '../src/commands/bond';
import { slash } from '../src/commands/slash';
import { Files } from './files';

const BOND = 1_000_000n;

describe('commonwire bond and slash', () => {
  let chain: TestChain;
  let network: TestNetwork;
  let depositor: Keypair;
  let keypair: string;
  let url: string;
  const files = new Files();

  before(async () => {
    chain = await networkChain();
  });
  after(() => files.remove());
  beforeEach(async () => {
    network = await TestNetwork.create(chain);
    depositor = await fund(chain.connection, 1);
    keypair = files.key(depositor);
    url = chain.connection.rpcEndpoint;
  });

  const command = async (run: Command['run'], ...argv: string[]) => {
    const lines: string[] = [];
    const where = ['--url', url, '--network', network.address.toBase58()];
    const status = await run([...argv, ...where, '--keypair', keypair], (line) => lines.push(line));
    expect(status).to.equal(0);
    return lines.join('\n');
  };
  const forBond = (action: string, oracle: Keypair, ...more: string[]) =>
    command(bond.run, action, '--oracle', oracle.publicKey.toBase58(), ...more);
  const deposit = (oracle: Keypair, lamports = BOND) =>
    forBond('deposit', oracle, '--lamports', `${lamports}`);

  it('deposits, unlocks and withdraws', async () => {
    const oracle = Keypair.generate();
    expect(await deposit(oracle)).to.match(/^lamports {3}1000000$/m);
    await forBond('deposit', oracle, '--lamports', '5', '--json');
    const bonds = await fetchBonds(chain.connection, { network: network.address });
    expect(bonds.map(({ lamports }) => lamports)).to.deep.equal([BOND + 5n]);
    const unlocked = JSON.parse(await forBond('unlock', oracle, '--json'));
    expect(unlocked).to.include({ bond: bonds[0]!.address.toBase58(), lamports: '1000005' });
    expect(unlocked.unlocks_at).to.be.a('number');
    await expectError(forBond('withdraw', oracle), 'bond-locked');
    await chain.passSeconds(POLICY.bondLockSeconds);
    expect(await forBond('withdraw', oracle)).to.match(/returned/);
    expect(await fetchBonds(chain.connection, { network: network.address })).to.deep.equal([]);
  });

  it('warns before a deposit that the policy does not ask for', async () => {
    const oracle = Keypair.generate();
    const first = (text: string) => text.split('\n')[0];
    expect(first(await deposit(oracle))).to.match(/^warning .*requires no bond \(oracle_bond is 0\)/);
    const asked = ['--lamports', '5', '--json'];
    expect(JSON.parse(await forBond('deposit', oracle, ...asked)).warnings).to.have.length(1);
    network = await TestNetwork.create(chain, { policy: { oracleBond: 5n } });
    expect(first(await deposit(oracle))).to.match(/^bond /);
    expect(JSON.parse(await forBond('deposit', oracle, ...asked)).warnings).to.deep.equal([]);
  });

  it('error: contradictory options, a missing bond, an oracle on the committee', async () => {
    const oracle = network.oracles[0]!;
    await expectError(forBond('deposit', oracle), 'usage');
    await expectError(forBond('unlock', oracle, '--lamports', '5'), 'usage');
    await expectError(forBond('lend', oracle), 'usage');
    await expectError(forBond('deposit', oracle, '--lamports', '0'), 'usage');
    await expectError(forBond('unlock', oracle), 'no-bond');
    await deposit(oracle);
    await expectError(forBond('unlock', oracle), /OracleInCommittee.*commonwire bond resign/);
  });

  it('an oracle resigns with its own key, and its bond is unlocked then', async () => {
    const oracle = network.oracles[0]!;
    await deposit(oracle);
    await expectError(
      forBond('resign', oracle),
      new RegExp(`only oracle ${oracle.publicKey} itself can resign`),
    );
    const mine = keypair;
    const ofOracle = files.key(oracle);
    keypair = oracle.publicKey.toBase58();
    const printed = JSON.parse(await forBond('resign', oracle, '--print', '--json', '--payer', mine));
    expect(printed.effects).to.deep.equal([`oracle ${oracle.publicKey} leaves the committee`]);
    keypair = ofOracle;
    expect(await forBond('resign', oracle, '--payer', mine)).to.match(
      /^resigned {3}\w+; 3 of 4 must sign now$/m,
    );
    const { keys } = (await network.account()).committee;
    expect(keys).to.deep.equal(network.oracles.slice(1).map(({ publicKey }) => publicKey.toBytes()));
    await nextSlot(chain.connection);
    await expectError(forBond('resign', oracle, '--payer', mine), /has left it already/);
    keypair = mine;
    await forBond('unlock', oracle);
    await expectError(forBond('withdraw', oracle), /BondLocked.*lock period/);
    await chain.passSeconds(POLICY.bondLockSeconds);
    expect(await forBond('withdraw', oracle)).to.match(/returned/);
  });

  /** An oracle's answer at `/v1/evidence` about a member that signed two messages. */
  const evidence = async (by: Keypair, changes: object = { earnedTotal: 1n }, first: object = {}) => {
    const message = await network.message([], first);
    const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
    const messages = [message, { ...message, ...changes }].map((each) => {
      const { message: bytes, signatures } = network.sign(each, [by]);
      return { message: base64(bytes), signature: base64(signatures[0]!.signature) };
    });
    return { oracle: by.publicKey.toBase58(), messages };
  };
  const slashBy = (value: unknown, ...more: string[]) =>
    command(slash.run, '--evidence', files.json(value), ...more);

  it('removes an oracle from the committee and takes all its bonds, including unlocked ones', async () => {
    const liar = network.oracles[2]!;
    // More depositors than fit in one transaction.
    for (let i = 0; i < 6; i++) {
      const other = await fund(chain.connection, 0.1);
      await network.send(network.deposit(liar, 10n, other.publicKey), [other]);
    }
    await deposit(liar);
    const proof = await evidence(liar);
    const found = JSON.parse(await slashBy(proof, '--json'));
    expect(found).to.include({ oracle: proof.oracle, removed: true, lamports: `${BOND + 60n}` });
    expect(found.signatures).to.have.length(2);
    expect((await network.account()).committee.keys).to.have.length(4);
    const bonds = await fetchBonds(chain.connection, { network: network.address });
    expect(bonds.every(({ lamports }) => lamports === 0n)).to.equal(true);

    await expectError(slashBy(proof), 'nothing-to-slash');
    await deposit(liar, 7n);
    const at = { network: network.address, oracle: liar.publicKey.toBytes(), depositor: depositor.publicKey };
    await network.send(unlockBond(at), [depositor]);
    expect(await slashBy(proof)).to.match(/7 lamports from 1 bond\n/);
  });

  it('says that bonds may be left where the node does not search for them, and takes those when told whose', async () => {
    const liar = network.oracles[1]!;
    const other = await fund(chain.connection, 0.1);
    await network.send(network.deposit(liar, 10n, other.publicKey), [other]);
    await deposit(liar);
    const proof = await evidence(liar);
    const proxy = await RpcProxy.start(chain.connection.rpcEndpoint, {
      lacks: new Set(['getProgramAccounts']),
    });
    url = proxy.url;
    try {
      const said = await slashBy(proof);
      expect(said)
        .to.match(/1000000 lamports from 1 bond\n/)
        .and.match(/^note +only bonds that .* name others/m);
      const rest = JSON.parse(await slashBy(proof, '--depositor', other.publicKey.toBase58(), '--json'));
      expect(rest).to.include({ removed: false, lamports: '10', all_bonds_searched: false });
    } finally {
      await proxy.close();
    }
  });

  it('removes an oracle without a bond from the committee', async () => {
    expect(await slashBy(await evidence(network.oracles[0]!))).to.match(/removed/);
  });

  it('error: invalid evidence, found before anything is sent', async () => {
    const [one, other] = network.oracles as [Keypair, Keypair];
    const good = await evidence(one);
    const forged = { ...good, messages: [good.messages[0], (await evidence(other)).messages[1]] };
    for (const [value, code] of [
      [forged, 'not-equivocation'],
      [{ ...good, oracle: other.publicKey.toBase58() }, 'not-equivocation'],
      [await evidence(one, {}), 'not-equivocation'],
      [await evidence(one, { attempt: 1 }), 'not-equivocation'],
      [await evidence(one, undefined, { birth: 1n }), 'bad-file'],
      [await evidence(one, undefined, { network: new Uint8Array(32) }), 'bad-file'],
      [{ ...good, messages: good.messages.slice(1) }, 'bad-file'],
      [{ oracle: good.oracle }, 'bad-file'],
    ] as const)
      await expectError(slashBy(value), code);
    await expectError(command(slash.run, '--evidence', '/nowhere/evidence.json'), 'bad-file');
    expect((await network.account()).committee.keys).to.have.length(5);
  });
});
