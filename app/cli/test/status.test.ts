import {
  nameCorrective,
  PROGRAM_ID,
  proposeAuthority,
  setCommittee,
  setGuardian,
  setPolicy,
} from '@commonwire/sdk/network';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError } from '../../../tests/support/chain';
import { beginClosing, finishClosing, GuardedNetwork } from '../../../tests/support/network';
import { status } from '../src/commands/status';
import { PaidNetwork } from './paid-network';

describe('commonwire status', () => {
  let network: PaidNetwork;
  const command = async (...more: string[]) => {
    const lines: string[] = [];
    const { chain, address } = network.test;
    const argv = ['--url', chain.connection.rpcEndpoint, '--network', address.toBase58(), ...more];
    expect(await status.run(argv, (line) => lines.push(line))).to.equal(0);
    return lines;
  };

  before(async () => {
    network = await PaidNetwork.create();
  });

  it('shows a network that has promoted nothing yet', async () => {
    const lines = await command();
    expect(lines).to.include('pending            nothing').and.to.include('current            no epoch yet');
    expect(lines).to.include('devices            5 registered');
    expect(lines.join('\n')).to.match(/committee +version 1, 3 of 5\n( {19}\w+\n){5}/);
  });

  it('shows what was earned and paid, and what is in the vault', async () => {
    const before = network.ledger(100n, 0n, 0n, 0n, 0n);
    await network.promote(before);
    await network.settle(before);
    await network.promote(network.ledger(100n, 50n, 0n, 0n, 0n));

    const document = JSON.parse((await command('--json')).join('\n'));

    const { address, mint, authority, oracles } = network.test;
    expect(document).to.include({
      network: address.toBase58(),
      mint: mint.toBase58(),
      authority: authority.publicKey.toBase58(),
      guardian: null,
      device_count: 5,
      pending: null,
      earned_total: '150',
      paid_total: '100',
    });
    expect(document.committee).to.deep.equal({
      version: 1,
      threshold: 3,
      keys: oracles.map(({ publicKey }) => publicKey.toBase58()),
    });
    expect(document.program.address).to.equal(PROGRAM_ID.toBase58());
    expect(document.current).to.include({ epoch: 2, earned_total: '150', device_count: 5 });
    expect(document.vault.amount).to.equal('50');
  });

  it('shows a pending epoch', async () => {
    await network.test.cut();
    await network.test.post(network.ledger(110n, 50n, 0n, 0n, 0n));
    expect((await command()).join('\n')).to.match(/pending +epoch 3, root [0-9a-f]{16}…/);
  });

  it('shows attempts, proposed authority, corrective epoch, pause and payout window', async () => {
    const guarded = await GuardedNetwork.create({ policy: { payoutLimit: 3_750_000_000n } });
    const { authority, address, chain } = guarded.test;
    const by = { network: address, authority: authority.publicKey };
    const show = async (...more: string[]) => {
      const lines: string[] = [];
      const argv = ['--url', chain.connection.rpcEndpoint, '--network', address.toBase58(), ...more];
      await status.run(argv, (line) => lines.push(line));
      return lines.join('\n');
    };
    const document = async () => JSON.parse(await show('--json'));
    expect(await show())
      .to.match(/^state +open$/m)
      .and.to.match(/^attempts +epoch 1 has not been void$/m);
    expect(await show()).to.match(/^payout limit +3,750 in 60 s: all of it left$/m);

    const proposed = Keypair.generate().publicKey;
    await guarded.test.send(proposeAuthority({ ...by, proposed }), [authority]);
    await guarded.test.send(nameCorrective({ ...by, epoch: 1n }), [authority]);
    await guarded.test.cut();
    await guarded.test.post(guarded.ledger(5n, 5n));
    await guarded.veto();
    await guarded.test.post(guarded.ledger(5n, 5n));
    await guarded.pause();
    await guarded.moveTo((await guarded.now()) + 100n);

    const { pending, pause, correctiveFrom } = await guarded.test.account();
    const text = await show();
    expect(text).to.match(/^state +PAUSED since \S+, until 20\S+Z$/m);
    expect(text).to.match(new RegExp(`^proposed +${proposed} becomes the authority once it accepts$`, 'm'));
    expect(text).to.match(
      /^pending .* attempt 1, corrective, posted .*, can be promoted from .*, plus the time paused$/m,
    );
    expect(text).to.match(/^attempts +epoch 1 was made void, the next attempt is 1 or later; 1 of 2 vetoes/m);
    expect(text).to.match(/^corrective +epoch 1, if it is posted from 20\S+Z on$/m);
    const paused = async () => Number((await guarded.now()) - pause.since);
    const least = await paused();
    const facts = await document();
    const most = await paused();
    expect(facts).to.deep.include({
      state: 'paused',
      paused: { since: Number(pause.since), until: Number(pause.until) },
      proposed_authority: proposed.toBase58(),
      attempt: 1,
      guardian_vetoes: 1,
      corrective_epoch: 1,
      corrective_from: Number(correctiveFrom),
      window: { since: null, paid: '0', left: '3750000000' },
    });
    expect(
      facts.pending.promotable_from - Number(pending!.postedAt) - pending!.challengeSeconds,
    ).to.be.within(least, most);
    expect(least).to.be.at.least(100);

    await guarded.unpause();
    await guarded.test.promote();
    expect((await document()).state).to.equal('open');
    await beginClosing(guarded.test);
    expect(await show()).to.match(/^state +CLOSING: what was earned is paid until 20/m);
    const { closable_from, state } = await document();
    expect(state).to.equal('closing');
    await guarded.moveTo(BigInt(closable_from));
    await finishClosing(guarded.test);
    expect(await show()).to.match(/^state +CLOSED for ever/m);
    expect((await document()).state).to.equal('closed');
  });

  it('shows announced changes: what they alter, when they can be applied and how to withdraw them', async () => {
    const guarded = await GuardedNetwork.create({ floors: { changeDelaySeconds: 3_600 } });
    const { authority, address, chain, oracles } = guarded.test;
    const by = { network: address, authority: authority.publicKey };
    const [guardian, member] = [Keypair.generate().publicKey, Keypair.generate().publicKey];
    const keys = [member, ...oracles.slice(0, 4).map(({ publicKey }) => publicKey)].map((key) =>
      key.toBytes(),
    );
    const policy = { ...(await guarded.test.account()).policy, deviceEpochCap: 2_000_000n };
    await guarded.test.send(setPolicy({ ...by, policy }), [authority]);
    await guarded.test.send(setGuardian({ ...by, guardian }), [authority]);
    await guarded.test.send(setCommittee({ ...by, threshold: 3, keys }), [authority]);
    const { changes } = await guarded.test.account();
    const argv = ['--url', chain.connection.rpcEndpoint, '--network', address.toBase58()];
    const lines: string[] = [];
    await status.run(argv, (line) => lines.push(line));
    const at = new Date(Number(changes.policy!.from) * 1000).toISOString();
    const first = lines.findIndex((line) => line.startsWith('rule changes'));
    const told = lines.slice(first, first + 4).map((line) => line.slice(19));
    expect(told).to.deep.equal([
      'wait 3600 s if they loosen anything',
      `policy announced: commonwire govern apply-change --rule policy from ${at} on; commonwire guard cancel-change --rule policy withdraws it`,
      'device_epoch_cap 1000000 -> 2000000',
      told[3],
    ]);
    expect(lines.map((line) => line.slice(19))).to.include.members([
      'committee version 1 -> 2: 3 of 5 -> 3 of 5',
      `member ${member}`,
      `guardian ${guarded.guardian.publicKey} -> ${guardian}`,
    ]);
    const texts: string[] = [];
    await status.run([...argv, '--json'], (line) => texts.push(line));
    const document = JSON.parse(texts.join(''));
    expect(document.changes.policy).to.deep.equal({
      from: Number(changes.policy!.from),
      policy: { ...document.policy, device_epoch_cap: '2000000' },
    });
    expect(document.changes.guardian.guardian).to.equal(guardian.toBase58());
    expect(document.changes.committee.keys[0]).to.equal(member.toBase58());
  });

  it('shows what is paid and left in the payout window until it is over', async () => {
    const { test } = network;
    const { policy } = await test.account();
    const by = { network: test.address, authority: test.authority.publicKey };
    const payoutLimit = 3_750_000_000n;
    await test.send(setPolicy({ ...by, policy: { ...policy, payoutLimit } }), [test.authority]);
    const document = async () => JSON.parse((await command('--json')).join('\n'));
    await test.chain.passSeconds(policy.payoutWindowSeconds);
    expect((await document()).window).to.deep.equal({ since: null, paid: '0', left: `${payoutLimit}` });
    await network.settle(network.ledger(100n, 50n, 0n, 0n, 0n));
    const { start } = (await test.account()).window;
    expect((await document()).window).to.deep.equal({
      since: Number(start),
      paid: '50',
      left: `${payoutLimit - 50n}`,
    });
    expect((await document()).policy.payout_limit).to.equal(`${payoutLimit}`);
  });

  it('error: an address without a network, and a node that does not answer', async () => {
    const stranger = Keypair.generate().publicKey.toBase58();
    const rpc = network.test.chain.connection.rpcEndpoint;
    await expectError(
      status.run(['--url', rpc, '--network', stranger], () => {}),
      'account-missing',
    );
    const silent = ['--url', 'http://127.0.0.1:1', '--network', stranger];
    await expectError(
      status.run(silent, () => {}),
      'unreachable',
    );
    await expectError(
      status.run(['--url', rpc], () => {}),
      'usage',
    );
  });
});
