import { FOREVER, fetchNetwork, NO_LIMIT, PROGRAM_ID, registryAddress } from '@commonwire/sdk/network';
import { utils } from '@coral-xyz/anchor';
import { Keypair, PublicKey, TransactionInstruction, VersionedTransaction } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, nextSlot } from '../../../tests/support/chain';
import { GuardedNetwork, type TestNetwork } from '../../../tests/support/network';
import { govern } from '../src/commands/govern';
import { Files } from './files';

const POLICY_FIELDS = {
  device_epoch_cap: '5000',
  epoch_seconds: 60,
  challenge_seconds: 30,
  max_capacity: { energy: 7 },
};

describe('commonwire govern', () => {
  let guarded: GuardedNetwork;
  let test: TestNetwork;
  let files: Files;
  let key: string;

  beforeEach(async () => {
    guarded = await GuardedNetwork.create();
    test = guarded.test;
    files = new Files();
    key = files.key(test.authority);
  });
  afterEach(() => files.remove());

  const run = async (action: string, ...more: string[]) => {
    const lines: string[] = [];
    const { chain, address } = test;
    const where = ['--url', chain.connection.rpcEndpoint, '--network', address.toBase58()];
    expect(await govern.run([action, ...where, ...more], (line) => lines.push(line))).to.equal(0);
    return lines;
  };
  /** Runs an action with the authority's key. */
  const act = (action: string, ...more: string[]) => run(action, '--keypair', key, ...more);
  /** Repeats an action in the next slot: in the same slot it would be the same transaction. */
  const again = async (action: string, ...more: string[]) => {
    await nextSlot(test.chain.connection);
    return act(action, ...more);
  };
  const base58 = ({ publicKey }: Keypair) => publicKey.toBase58();

  describe('set-policy', () => {
    it('reads the policy from a whole configuration and shows what changes', async () => {
      const config = files.json({
        token: { decimals: 2 },
        policy: { ...POLICY_FIELDS, payout_limit: 'none' },
      });
      const lines = await act('set-policy', '--config', config);
      expect(lines).to.include('device_epoch_cap 1000000 -> 5000');
      expect(lines).to.include('max_capacity [0, 10000000, 0, 0, 0, 0, 0, 0] -> [0, 7, 0, 0, 0, 0, 0, 0]');
      expect(lines.join()).to.not.match(/payout_limit/);
      expect(lines.at(-1)).to.match(/^transaction \w{80,}/);
      const { policy } = await test.account();
      expect(policy).to.deep.include({ deviceEpochCap: 5_000n, epochSeconds: 60, payoutLimit: NO_LIMIT });
      expect(await again('set-policy', '--config', config)).to.include('the policy does not change');
    });

    it('sets a payout limit of twice what the network may earn if none is given', async () => {
      await act(
        'set-policy',
        '--config',
        files.json({ policy: { ...POLICY_FIELDS, payout_window_seconds: 120 } }),
      );
      // 100,000,000 in each of two epochs.
      expect((await test.account()).policy.payoutLimit).to.equal(400_000_001n);
    });

    it('error: a bad field, which is named, an invalid file, and no file', async () => {
      const config = files.json({ policy: { ...POLICY_FIELDS, epoch_seconds: 0 } });
      await expectError(act('set-policy', '--config', config), /^policy\.epoch_seconds: must be/);
      await expectError(act('set-policy', '--config', files.json({})), /^policy: /);
      await expectError(act('set-policy', '--config', '/nowhere.json'), /\/nowhere\.json can't be read/);
      await expectError(act('set-policy'), /--config is missing/);
    });

    it("error: the program's refusal, with the next step", async () => {
      const config = files.json({
        policy: { ...POLICY_FIELDS, payout_limit: '99999999', payout_window_seconds: 60 },
      });
      const refusal = act('set-policy', '--config', config);
      await expectError(refusal, /PayoutLimitTooLow.*raise payout_limit .* 100000000 base units/);
      await expectError(refusal, 'payout-limit-too-low');
    });
  });

  describe('set-committee', () => {
    const committee = (threshold: number, ...keys: Keypair[]) =>
      files.json({ committee: { threshold, keys: keys.map(base58) } });

    it('replaces the committee', async () => {
      const [a, b] = [Keypair.generate(), Keypair.generate()];
      const lines = await act('set-committee', '--config', committee(2, a, b));
      expect(lines[0]).to.equal('committee version 1 -> 2: 3 of 5 -> 2 of 2');
      const { keys } = (await test.account()).committee;
      expect(keys).to.deep.equal([a, b].map(({ publicKey }) => publicKey.toBytes()));
    });

    it('finds the bonds that the policy requires, and names the oracle without one', async () => {
      const bond = { oracle_bond: '1000', bond_lock_seconds: 150 };
      await act('set-policy', '--config', files.json({ policy: { ...POLICY_FIELDS, ...bond } }));
      const [a, b] = [Keypair.generate(), Keypair.generate()];
      await test.send(test.deposit(a, 1_000n));
      await test.send(test.deposit(b, 999n));
      const both = committee(2, a, b);
      await expectError(
        act('set-committee', '--config', both),
        new RegExp(`oracle ${base58(b)} has no bond of 1000`),
      );
      await test.send(test.deposit(b, 1n));
      await act('set-committee', '--config', both);
      expect((await test.account()).committee.keys).to.have.length(2);
    });

    it('error: a threshold of only half the members', () =>
      expectError(
        act('set-committee', '--config', committee(1, Keypair.generate(), Keypair.generate())),
        /^committee\.threshold: must be more than half/,
      ));
  });

  it('set-guardian sets and removes the guardian', async () => {
    const next = Keypair.generate();
    const lines = await act('set-guardian', '--to', base58(next));
    expect(lines[0]).to.equal(`guardian ${base58(guarded.guardian)} -> ${base58(next)}`);
    expect((await act('set-guardian', '--to', 'none'))[0]).to.equal(`guardian ${base58(next)} -> nobody`);
    expect((await test.account()).guardian.equals(PublicKey.default)).to.equal(true);
    await expectError(act('set-guardian', '--to', 'me'), /--to: me is neither/);
  });

  it('propose-authority and accept-authority hand the network over in two steps', async () => {
    const next = await fund(test.chain.connection, 1);
    const nextKey = files.key(next);
    await expectError(run('accept-authority', '--keypair', nextKey), 'not-proposed');
    await act('propose-authority', '--to', base58(next));
    await expectError(act('accept-authority'), /the signer must be its proposed authority/);
    const lines = await run('accept-authority', '--keypair', nextKey);
    expect(lines[0]).to.equal(`authority ${base58(test.authority)} -> ${base58(next)}`);
    expect((await test.account()).authority.equals(next.publicKey)).to.equal(true);
    await expectError(act('unpause'), 'wrong-key');
  });

  it('propose-authority withdraws a proposal', async () => {
    await act('propose-authority', '--to', base58(guarded.owner));
    await act('propose-authority', '--to', 'none');
    expect((await test.account()).proposedAuthority).to.equal(null);
  });

  it('name-corrective names a future epoch, and none', async () => {
    await act('name-corrective', '--epoch', '3');
    expect((await test.account()).correctiveEpoch).to.equal(3n);
    await act('name-corrective', '--epoch', 'none');
    expect((await test.account()).correctiveEpoch).to.equal(0n);
    await test.epoch(guarded.ledger(1n, 1n));
    await expectError(act('name-corrective', '--epoch', '1'), /name epoch 2 or a later one/);
    await expectError(act('name-corrective', '--epoch', '0'), 'usage');
  });

  it('unpause ends a pause, and fails if there is none', async () => {
    await guarded.pause();
    await act('unpause');
    expect((await test.account()).pause.until).to.not.equal(FOREVER);
    await expectError(again('unpause'), 'not-paused');
  });

  it('withdraw-fees pays the authority, or the address that it names', async () => {
    const { connection } = test.chain;
    const { publicKey } = await fund(connection, 1);
    await act('withdraw-fees', '--to', publicKey.toBase58());
    expect(await connection.getBalance(publicKey)).to.equal(1_000_026_000);
    await expectError(again('withdraw-fees'), /NoFees.*once devices are registered/);
    await test.register([guarded.owner]);
    await nextSlot(connection);
    const before = await connection.getBalance(test.authority.publicKey);
    await act('withdraw-fees');
    expect(await connection.getBalance(test.authority.publicKey)).to.equal(before + 13_000 - 5_000);
  });

  it('close-network closes only the network that --yes names', async () => {
    await test.epoch(guarded.ledger(5n, 6n));
    await expectError(act('close-network'), new RegExp(`11 base units.*--yes ${test.address}`));
    await expectError(act('close-network', '--yes', base58(guarded.owner)), 'not-confirmed');
    expect((await test.account()).life).to.equal('open');
    const lines = await act('close-network', '--yes', test.address.toBase58());
    expect(lines[0]).to.match(/ends for ever, 11 base units unpaid/);
    expect((await test.account()).life).to.equal('closing');
    await expectError(again('close-network', '--yes', test.address.toBase58()), 'closed');
  });

  describe('the signer', () => {
    it('error: another key; the message names the right one', async () => {
      const other = files.key(guarded.guardian);
      await expectError(
        run('unpause', '--keypair', other),
        new RegExp(`holds ${base58(guarded.guardian)}.*its authority ${base58(test.authority)}.*--print`),
      );
    });

    it('error: an invalid key file, whose contents are not shown', async () => {
      await expectError(run('unpause', '--keypair', files.json([1, 2, 3])), 'bad-key-file');
      await expectError(run('unpause', '--keypair', '/nowhere.json'), 'unreadable-file');
    });

    it('error: a key without SOL for the fee', async () => {
      const next = Keypair.generate();
      await act('propose-authority', '--to', base58(next));
      await expectError(
        run('accept-authority', '--keypair', files.key(next)),
        /check that the key's account has SOL/,
      );
    });
  });

  describe('--print', () => {
    it('shows the instruction for a multisig to send, without a key', async () => {
      const before = await test.account();
      const to = guarded.owner.publicKey.toBase58();
      const [text] = await run(
        'withdraw-fees',
        '--to',
        to,
        '--print',
        '--json',
        '--keypair',
        '/nowhere.json',
      );
      const document = JSON.parse(text!);
      expect(document).to.include({
        network: test.address.toBase58(),
        action: 'withdraw-fees',
        signer: base58(test.authority),
      });
      const { program, accounts, data } = document.instruction;
      expect(accounts.map(({ address }: { address: string }) => address)).to.deep.equal(
        [test.authority.publicKey, test.address, registryAddress(test.address), guarded.owner.publicKey].map(
          String,
        ),
      );
      expect(await test.account()).to.deep.equal(before);
      const instruction = new TransactionInstruction({
        programId: new PublicKey(program),
        keys: accounts.map(
          ({ address, signer, writable }: { address: string; signer: boolean; writable: boolean }) => ({
            pubkey: new PublicKey(address),
            isSigner: signer,
            isWritable: writable,
          }),
        ),
        data: Buffer.from(data, 'base64'),
      });
      await test.send(instruction, [test.authority]);
    });

    it('prints it as text, with signers and writable accounts', async () => {
      const lines = await run('unpause', '--print');
      expect(lines.slice(0, 6)).to.deep.equal([
        'the pause ends',
        `signer   ${base58(test.authority)}`,
        `program  ${PROGRAM_ID}`,
        `account  ${base58(test.authority)} signer`,
        `account  ${test.address} writable`,
        `data     ${Buffer.from([14]).toString('base64')}`,
      ]);
    });

    it('prints a whole transaction that a wallet signs and sends', async () => {
      const before = await test.account();
      const to = Keypair.generate().publicKey;
      const [text] = await run('set-guardian', '--to', to.toBase58(), '--print', '--json');
      const [{ transaction, transaction_base58 }] = JSON.parse(text!).transactions;
      expect(Buffer.from(utils.bytes.bs58.decode(transaction_base58)).toString('base64')).to.equal(
        transaction,
      );
      expect(await test.account()).to.deep.equal(before);
      const imported = VersionedTransaction.deserialize(Buffer.from(transaction, 'base64'));
      expect(imported.version).to.equal(0);
      imported.sign([test.authority]);
      await test.chain.connection.sendTransaction(imported);
      expect((await fetchNetwork(test.chain.connection, test.address, 'processed')).guardian).to.deep.equal(
        to,
      );
    });

    it('does not print an unconfirmed close-network', () =>
      expectError(run('close-network', '--print'), 'not-confirmed'));
  });

  it("error: fees don't go to a token account, whose wallet is named, unless it is asked for", async () => {
    await test.openAccounts([guarded.owner.publicKey]);
    const to = test.accountOf(guarded.owner.publicKey).toBase58();
    await expectError(
      act('withdraw-fees', '--to', to),
      new RegExp(`is a token account of ${guarded.owner.publicKey}: name that wallet`),
    );
    expect(await act('withdraw-fees', '--to', to, '--allow-any-address')).to.include(`all fees go to ${to}`);
  });

  it('prints the result as JSON', async () => {
    const next = base58(Keypair.generate());
    const [text] = await act('set-guardian', '--to', next, '--json');
    const document = JSON.parse(text!);
    expect(document).to.include({ action: 'set-guardian', signer: base58(test.authority) });
    expect(document.signature).to.match(/^\w{80,}$/);
    expect(document.effects).to.have.length(1);
  });

  it('error: no action, or an unknown one', async () => {
    await expectError(
      govern.run([], () => {}),
      /must be one of set-policy, set-committee, .*, not nothing/,
    );
    await expectError(
      govern.run(['pause'], () => {}),
      'usage',
    );
  });
});
