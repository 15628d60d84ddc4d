import {
  CLOSING_SECONDS,
  FOREVER,
  fetchNetwork,
  fundVault,
  NO_LIMIT,
  PROGRAM_ID,
  registryAddress,
} from '@commonwire/sdk/network';
import { utils } from '@coral-xyz/anchor';
import { createCloseAccountInstruction, createMintToInstruction } from '@solana/spl-token';
import { Keypair, PublicKey, TransactionInstruction, VersionedTransaction } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, nextSlot } from '../../../tests/support/chain';
import { GuardedNetwork, networkChain, POLICY, TestNetwork } from '../../../tests/support/network';
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
    });

    it('sends nothing where nothing changes, and says so', async () => {
      const config = files.json({ policy: { ...POLICY_FIELDS, payout_limit: 'none' } });
      await act('set-policy', '--config', config);
      const { connection } = test.chain;
      const count = await connection.getTransactionCount();
      const same = ['the policy does not change', 'nothing was sent'];
      expect(await act('set-policy', '--config', config)).to.deep.equal(same);
      expect(await run('set-policy', '--config', config, '--print')).to.deep.equal(same);
      const [text] = await act('set-policy', '--config', config, '--json');
      expect(JSON.parse(text!)).to.deep.include({ signature: null, effects: same.slice(0, 1) });
      expect(await connection.getTransactionCount()).to.equal(count);
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
      const bond = { oracle_bond: '1000', bond_lock_seconds: 180 };
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
    await act('name-corrective', '--epoch', '2');
    await test.cut();
    await expectError(act('name-corrective', '--epoch', 'none'), /CorrectiveEpochCut.*epoch 2 stays/);
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
    const yes = ['--yes', test.address.toBase58()];
    const heir = ['--heir', base58(guarded.owner)];
    await expectError(act('close-network', ...yes), 'no-heir');
    await expectError(act('close-network', ...heir), new RegExp(`0.000011 tokens.*--yes ${test.address}`));
    await expectError(act('close-network', ...heir, '--yes', base58(guarded.owner)), 'not-confirmed');
    await expectError(act('close-network', ...yes, '--heir', test.mint.toBase58()), 'not-a-wallet');
    expect((await test.account()).life).to.equal('open');
    const lines = await act('close-network', ...yes, ...heir);
    const { life, closing } = await test.account();
    expect(life).to.equal('closing');
    expect(lines[1]).to.match(/the 0.000011 tokens not settled yet can be settled for 30 days/);
    const over = new Date(Number(closing!.since + CLOSING_SECONDS) * 1000).toISOString();
    expect(lines[3]).to.match(new RegExp(`from ${over} on.*commonwire govern finish-close`));
    await expectError(again('close-network', ...yes, ...heir), 'closed');
    await expectError(again('finish-close'), new RegExp(`StillClosing.*wait until ${over}`));
  });

  it('a network that mints is closed for ever by anybody: its heir is paid, and its pages are closed', async () => {
    await test.epoch(guarded.ledger(5n, 6n));
    await test.openPage();
    const heir = Keypair.generate().publicKey;
    await expectError(act('finish-close'), /NotClosing.*commonwire govern close-network/);
    await act('close-network', '--yes', test.address.toBase58(), '--heir', heir.toBase58());
    await test.chain.passSeconds(Number(CLOSING_SECONDS));
    const anybody = files.key(await fund(test.chain.connection, 1));
    await expectError(run('close-pages', '--keypair', anybody), /NotClosed.*finish-close/);
    const lines = await run('finish-close', '--keypair', anybody);
    expect(lines[0]).to.equal(`${heir} gets the mint authority and what is left in the vault`);
    expect((await test.account()).life).to.equal('closed');
    expect(await test.balance(heir)).to.equal(11n);
    const { connection, payer } = test.chain;
    const before = await connection.getBalance(payer.publicKey);
    expect((await run('close-pages', '--keypair', anybody))[0]).to.match(
      /^page \w+ is closed: \w+ gets its rent$/,
    );
    expect(await connection.getBalance(payer.publicKey)).to.be.above(before);
    await expectError(run('close-pages', '--keypair', anybody), 'no-pages');
    await expectError(run('withdraw-surplus', '--keypair', anybody), 'not-funder');
  });

  it('a funder withdraws its part of what a closed network has left', async () => {
    const network = await TestNetwork.create(await networkChain(), { funded: true });
    test = network;
    key = files.key(network.authority);
    const { chain, mint, address } = network;
    const funder = chain.payer;
    await network.openAccounts([funder.publicKey]);
    const source = network.accountOf(funder.publicKey);
    await network.send(createMintToInstruction(mint, source, funder.publicKey, 50n), [funder]);
    await network.send(fundVault({ network: address, mint, funder: funder.publicKey, source, amount: 50n }));
    await act('close-network', '--yes', address.toBase58());
    await chain.passSeconds(Number(CLOSING_SECONDS));
    expect((await again('finish-close'))[0]).to.match(/commonwire govern withdraw-surplus/);
    await network.send(createCloseAccountInstruction(source, funder.publicKey, funder.publicKey), [funder]);
    const [text] = await run('withdraw-surplus', '--keypair', files.key(funder));
    expect(text).to.equal(
      `${funder.publicKey} gets 0.00005 of the 0.00005 tokens left, for 0.00005 of the 0.00005 deposited`,
    );
    expect(await network.balance(funder.publicKey)).to.equal(50n);
  });

  describe('a network whose changes are announced', () => {
    const DELAY = 3_600;
    const loose = () => files.json({ policy: { ...POLICY_FIELDS, device_epoch_cap: '2000000' } });
    /** The test networks' policy with a lower cap. */
    const tight = () =>
      files.json({
        policy: {
          device_epoch_cap: '4000',
          epoch_seconds: POLICY.epochSeconds,
          challenge_seconds: POLICY.challengeSeconds,
          challenge_slots: POLICY.challengeSlots,
          payout_limit: 'none',
          payout_window_seconds: POLICY.payoutWindowSeconds,
          bond_lock_seconds: POLICY.bondLockSeconds,
          device_fee: `${POLICY.deviceFee}`,
          demand_bond: `${POLICY.demandBond}`,
          max_capacity: { energy: POLICY.maxCapacity[1] },
          capacity_fee: { energy: POLICY.capacityFee[1] },
        },
      });
    const at = (seconds: bigint) => new Date(Number(seconds) * 1000).toISOString();
    const anybody = async (...argv: string[]) =>
      run(argv[0]!, ...argv.slice(1), '--keypair', files.key(await fund(test.chain.connection, 1)));

    beforeEach(async () => {
      guarded = await GuardedNetwork.create({ floors: { changeDelaySeconds: DELAY } });
      test = guarded.test;
      key = files.key(test.authority);
    });

    it('announces what loosens a rule, says when it can be applied, and anybody applies it then', async () => {
      const config = loose();
      const lines = await act('set-policy', '--config', config);
      const { changes, policy } = await test.account();
      expect(policy.deviceEpochCap).to.equal(1_000_000n);
      const { from } = changes.policy!;
      expect(lines).to.include('device_epoch_cap 1000000 -> 2000000');
      expect(lines.slice(-4, -1)).to.deep.equal([
        'announced only: it can be applied 3600 s after this lands',
        `from ${at(from)} on anybody can apply it: commonwire govern apply-change --rule policy`,
        'until then and until it is applied, the guardian or the authority can withdraw it: commonwire guard cancel-change --rule policy',
      ]);
      await expectError(
        anybody('apply-change', '--rule', 'policy'),
        new RegExp(`ChangeDelayed.*the announced policy can be applied from ${at(from)}$`),
      );
      await guarded.moveTo(from);
      const applied = await anybody('apply-change', '--rule', 'policy');
      expect(applied).to.include('device_epoch_cap 1000000 -> 2000000');
      expect((await test.account()).policy.deviceEpochCap).to.equal(2_000_000n);
      await expectError(anybody('apply-change', '--rule', 'policy'), 'nothing-announced');
      await expectError(act('apply-change', '--rule', 'fees'), /--rule: fees is not one of policy/);
    });

    it('says that an announcement replaces another, and that a policy in force at once withdraws it', async () => {
      await act('set-policy', '--config', loose());
      const { from } = (await test.account()).changes.policy!;
      await test.chain.passSeconds(60);
      const again = await act('set-policy', '--config', loose());
      expect(again).to.include(`the policy announced for ${at(from)} is withdrawn`);
      const later = (await test.account()).changes.policy!.from;
      expect(later > from).to.equal(true);
      expect((await act('set-policy', '--config', tight())).slice(0, -1)).to.deep.equal([
        'device_epoch_cap 1000000 -> 4000',
        `the policy announced for ${at(later)} is withdrawn`,
      ]);
      expect((await test.account()).policy.deviceEpochCap).to.equal(4_000n);
    });

    it('sends the present policy to withdraw one that is announced', async () => {
      await act('set-policy', '--config', tight());
      await act('set-policy', '--config', loose());
      const { from } = (await test.account()).changes.policy!;
      // Else it would be the first transaction once more.
      await nextSlot(test.chain.connection);
      expect((await act('set-policy', '--config', tight())).slice(0, -1)).to.deep.equal([
        'the policy does not change',
        `the policy announced for ${at(from)} is withdrawn`,
      ]);
      expect((await test.account()).changes.policy).to.equal(null);
    });

    it('announces a committee with new members, whose bonds are looked for when it is applied', async () => {
      const next = [...test.oracles.slice(0, 4), Keypair.generate()];
      const config = files.json({ committee: { threshold: 3, keys: next.map(base58) } });
      const [text] = await act('set-committee', '--config', config, '--json');
      const { effects } = JSON.parse(text!);
      expect(effects[0]).to.equal('committee version 1 -> 2: 3 of 5 -> 3 of 5');
      expect(effects.at(-1)).to.include('commonwire guard cancel-change --rule committee');
      await guarded.moveTo((await test.account()).changes.committee!.from);
      const applied = await anybody('apply-change', '--rule', 'committee');
      expect(applied.slice(1, -1)).to.deep.equal(next.map((member) => `member ${base58(member)}`));
      expect((await test.account()).committee.version).to.equal(2);
    });

    it('seats fewer of the present members at once', async () => {
      const config = files.json({ committee: { threshold: 3, keys: test.oracles.slice(0, 4).map(base58) } });
      const lines = await act('set-committee', '--config', config);
      expect(lines.join()).to.not.include('announced');
      expect((await test.account()).committee.keys).to.have.length(4);
    });

    it('announces another guardian, who is printed for a multisig too', async () => {
      const next = Keypair.generate();
      const printed = await run('set-guardian', '--to', base58(next), '--print');
      expect(printed.slice(0, 2)).to.deep.equal([
        `guardian ${base58(guarded.guardian)} -> ${base58(next)}`,
        'announced only: it can be applied 3600 s after this lands',
      ]);
      await act('set-guardian', '--to', base58(next));
      await guarded.moveTo((await test.account()).changes.guardian!.from);
      const [line] = await anybody('apply-change', '--rule', 'guardian');
      expect(line).to.equal(printed[0]);
      expect((await test.account()).guardian).to.deep.equal(next.publicKey);
    });

    it('error: a policy below a floor, which is named', async () => {
      const config = files.json({ policy: { ...POLICY_FIELDS, challenge_seconds: 1, answer_seconds: 1 } });
      guarded = await GuardedNetwork.create({ floors: { changeDelaySeconds: DELAY, challengeSeconds: 2 } });
      test = guarded.test;
      key = files.key(test.authority);
      await expectError(act('set-policy', '--config', config), /BelowFloor.*challenge_seconds at 2/);
    });
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
        /the paying wallet has no SOL on this cluster; send it some, and check --url$/,
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
      expect(lines.slice(0, 7)).to.deep.equal([
        'the pause ends',
        `not sent: that happens once ${base58(test.authority)} has signed and it has landed`,
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
      expectError(run('close-network', '--heir', base58(guarded.owner), '--print'), 'not-confirmed'));
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
