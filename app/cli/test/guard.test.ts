import { FOREVER } from '@commonwire/sdk/network';
import { Keypair, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, nextSlot } from '../../../tests/support/chain';
import { GuardedNetwork, type TestNetwork } from '../../../tests/support/network';
import { govern } from '../src/commands/govern';
import { guard } from '../src/commands/guard';
import { Files } from './files';

describe('commonwire guard', () => {
  let guarded: GuardedNetwork;
  let test: TestNetwork;
  let files: Files;
  let where: string[];

  beforeEach(async () => {
    guarded = await GuardedNetwork.create();
    test = guarded.test;
    files = new Files();
    where = ['--url', test.chain.connection.rpcEndpoint, '--network', test.address.toBase58()];
    const lamports = { fromPubkey: test.chain.payer.publicKey, toPubkey: guarded.guardian.publicKey };
    await test.send(SystemProgram.transfer({ ...lamports, lamports: 10_000_000 }));
  });
  afterEach(() => files.remove());

  const run = async (action: string, ...more: string[]) => {
    const lines: string[] = [];
    expect(await guard.run([action, ...where, ...more], (line) => lines.push(line))).to.equal(0);
    return lines;
  };
  const act = (action: string, key: Keypair = guarded.guardian) => run(action, '--keypair', files.key(key));
  /** Repeats an action in the next slot: in the same slot it would be the same transaction. */
  const again = async (action: string) => {
    await nextSlot(test.chain.connection);
    return act(action);
  };
  const post = async () => {
    await test.cut();
    await test.post(guarded.ledger(1n, 2n));
  };

  it('pauses for seven days with the guardian, and indefinitely with the authority', async () => {
    expect((await act('pause'))[0]).to.match(/^paused for 7 days/);
    const { since, until } = (await test.account()).pause;
    expect(until - since).to.equal(7n * 86_400n);
    expect((await act('pause', test.authority))[0]).to.match(/until the authority/);
    expect((await test.account()).pause.until).to.equal(FOREVER);
  });

  it('shows when the guardian may pause again, and whom to ask until then', async () => {
    await act('pause');
    const { guardianFrom } = (await test.account()).pause;
    await expectError(again('pause'), /AlreadyPaused.*commonwire govern unpause/);
    await guarded.moveTo(guardianFrom - 1n);
    const when = new Date(Number(guardianFrom) * 1000).toISOString();
    await expectError(
      again('pause'),
      new RegExp(`GuardianPauseSpent.*from ${when}.*${test.authority.publicKey}`),
    );
  });

  it('vetoes the pending epoch and names it', async () => {
    await post();
    expect((await act('veto'))[0]).to.equal('epoch 1, attempt 0, becomes void: another can then be posted');
    expect((await test.account()).pending).to.equal(null);
    await expectError(again('veto'), /has no pending epoch: to veto one later, name its root with --root/);
  });

  it('shows who can veto for the third time', async () => {
    await test.cut();
    for (const _ of [1, 2]) {
      await test.post(guarded.ledger(1n, 2n));
      await again('veto');
    }
    await test.post(guarded.ledger(1n, 2n));
    await expectError(
      again('veto'),
      new RegExp(`GuardianVetoesSpent.*ask the authority ${test.authority.publicKey}`),
    );
    await act('veto', test.authority);
  });

  it('prints for the guardian, or for the authority', async () => {
    const printed = async (...more: string[]) => {
      const [text] = await run('veto', '--print', '--json', ...more);
      const { signer, instruction } = JSON.parse(text!);
      expect(instruction.accounts[0]).to.deep.equal({ address: signer, signer: true, writable: false });
      return signer;
    };
    await expectError(printed(), 'nothing-pending');
    await post();
    expect(await printed()).to.equal(guarded.guardian.publicKey.toBase58());
    expect(await printed('--as', 'authority')).to.equal(test.authority.publicKey.toBase58());
    expect((await run('veto', '--print')).slice(0, 2)).to.deep.equal([
      'epoch 1, attempt 0, becomes void: another can then be posted',
      `not sent: that happens once ${guarded.guardian.publicKey} has signed and it has landed`,
    ]);
    await expectError(printed('--as', 'oracle'), /--as: oracle is neither guardian nor authority/);
  });

  it('error: a key that has neither role, or not the one given by --as', async () => {
    const stranger = await fund(test.chain.connection, 1);
    await expectError(act('pause', stranger), /the signer must be its guardian \w+ or its authority \w+/);
    await expectError(
      run('pause', '--as', 'authority', '--keypair', files.key(guarded.guardian)),
      'wrong-key',
    );
  });

  it('error: a wallet without SOL, with one piece of advice', async () => {
    const poor = await GuardedNetwork.create();
    const at = ['--url', where[1]!, '--network', poor.test.address.toBase58()];
    const key = files.key(poor.guardian);
    const error = await guard.run(['pause', ...at, '--keypair', key], () => {}).then(String, (e: Error) => e);
    expect(`${error}`.match(/SOL/g)).to.have.length(1);
    expect(`${error}`).to.match(
      /the paying wallet has no SOL on this cluster; send it some, and check --url$/,
    );
  });

  it('error: --as guardian on a network without one', async () => {
    const silent = () => {};
    await govern.run(
      ['set-guardian', ...where, '--to', 'none', '--keypair', files.key(test.authority)],
      silent,
    );
    await expectError(run('pause', '--as', 'guardian', '--print'), 'no-guardian');
    await run('pause', '--print');
  });

  it('cancel-change withdraws what was announced, and says what there is not', async () => {
    guarded = await GuardedNetwork.create({ floors: { changeDelaySeconds: 60 } });
    test = guarded.test;
    where = ['--url', test.chain.connection.rpcEndpoint, '--network', test.address.toBase58()];
    const lamports = { fromPubkey: test.chain.payer.publicKey, toPubkey: guarded.guardian.publicKey };
    await test.send(SystemProgram.transfer({ ...lamports, lamports: 10_000_000 }));
    const to = Keypair.generate().publicKey.toBase58();
    await govern.run(
      ['set-guardian', ...where, '--to', to, '--keypair', files.key(test.authority)],
      () => {},
    );
    const cancel = (rule: string) =>
      run('cancel-change', '--rule', rule, '--keypair', files.key(guarded.guardian));
    await expectError(cancel('committee'), 'nothing-announced');
    expect((await cancel('guardian'))[0]).to.equal(
      `withdrawn: guardian ${guarded.guardian.publicKey} -> ${to}`,
    );
    expect((await test.account()).changes.guardian).to.equal(null);
    await expectError(cancel('guardian'), 'nothing-announced');
    await expectError(run('cancel-change'), /--rule is missing/);

    const rule = async (...args: string[]) =>
      govern.run([...args, ...where, '--keypair', files.key(test.authority)], () => {});
    await expectError(cancel('corrective'), /no corrective epoch is named/);
    await rule('name-corrective', '--epoch', '3');
    expect((await cancel('corrective'))[0]).to.equal('withdrawn: corrective epoch 3');
    expect((await test.account()).correctiveEpoch).to.equal(0n);
    await expectError(cancel('closing'), /the network is not closing/);
    await rule(
      'close-network',
      '--yes',
      test.address.toBase58(),
      '--heir',
      test.authority.publicKey.toBase58(),
    );
    expect((await cancel('closing'))[0]).to.equal('withdrawn: the closing of the network');
    expect((await test.account()).life).to.equal('open');

    // The same transaction again would be the same signature.
    await test.chain.passSeconds(1);
    await rule('set-guardian', '--to', Keypair.generate().publicKey.toBase58());
    await cancel('guardian');
    await test.chain.passSeconds(1);
    await rule('set-guardian', '--to', Keypair.generate().publicKey.toBase58());
    await expectError(cancel('guardian'), /twice; the authority can withdraw this one/);
  });

  it('unpause ends the guardian’s own pause, which holds against the authority for a while', async () => {
    guarded = await GuardedNetwork.create({ floors: { changeDelaySeconds: 60 } });
    test = guarded.test;
    where = ['--url', test.chain.connection.rpcEndpoint, '--network', test.address.toBase58()];
    const lamports = { fromPubkey: test.chain.payer.publicKey, toPubkey: guarded.guardian.publicKey };
    await test.send(SystemProgram.transfer({ ...lamports, lamports: 10_000_000 }));
    await guarded.pause();
    await expectError(
      govern.run(['unpause', ...where, '--keypair', files.key(test.authority)], () => {}),
      /the authority can end it from 20\S+Z, the guardian with commonwire guard unpause/,
    );
    const lines = await run('unpause', '--keypair', files.key(guarded.guardian));
    expect(lines[0]).to.equal('the pause ends');
    const { since, until } = (await test.account()).pause;
    expect(until >= since && until <= (await guarded.now())).to.equal(true);
  });

  it('error: no action, or an unknown one', () =>
    expectError(
      guard.run(['stop', ...where], () => {}),
      /must be one of pause, veto, unpause, cancel-change, not stop/,
    ));
});
