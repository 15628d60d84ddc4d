import { sha256, toHex } from '@commonwire/sdk/core';
import type { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { DAY, type TestAsset } from '../../../tests/support/assets';
import { expectError, fund as fundWallet, nextSlot } from '../../../tests/support/chain';
import { AssetCommands } from './asset-commands';

const LINK = 'https://example.org/mesa/foundation.jpg';

describe('commonwire asset: tranches and the claw-back', () => {
  let commands: AssetCommands;
  let asset: TestAsset;
  let ann: Keypair;
  let ben: Keypair;
  let photo: string;

  before(async () => {
    commands = await AssetCommands.start();
    photo = commands.files.json('a photo');
  });
  after(() => commands.files.remove());
  beforeEach(async () => {
    asset = await commands.create();
    [ann, ben] = (await asset.funded(60n, 40n)) as [Keypair, Keypair];
  });

  const announce = (...more: string[]) =>
    commands.as(asset.authority, asset, 'announce', '--evidence', LINK, '--file', photo, ...more);
  const anybody = () => fundWallet(commands.chain.connection, 1);
  const show = async (key: Keypair) => (await commands.as(key, asset, 'show')).join('\n');

  it('announces a tranche with evidence, a week after funding, once, and pays it after 7 days', async () => {
    await expectError(announce(), /TrancheEarly.*announce it from \d{4}-.* on/);
    const { first_tranche_from } = await commands.json(ann, asset, 'show');
    expect(BigInt(first_tranche_from)).to.equal((await asset.asset()).firstTrancheFrom);
    expect(await show(ann)).to.match(/^tranche 1 .*: to be announced from \d{4}-.* on, by /m);
    await asset.passObjections();
    const lines = await announce();
    const { builder } = asset;
    expect(lines[0]).to.equal(`announces tranche 1 of 3: 0.05 tokens to ${builder.publicKey}`);
    const { evidence, evidenceHash } = (await asset.asset()).announcement!;
    expect(evidence).to.equal(LINK);
    expect(toHex(evidenceHash)).to.equal(toHex(sha256(Buffer.from('"a photo"'))));
    expect((await announce())[0]).to.match(
      /^nothing to do: tranche 1 of 3 is announced .* can be paid from \d{4}-/,
    );
    await expectError(announce('--evidence', `${LINK}?2`), /TrancheAnnounced.*commonwire asset pay/);

    const eve = await anybody();
    await expectError(commands.as(eve, asset, 'pay'), /ObjectionsOpen.*pay it from \d{4}-.* on/);
    await asset.passObjections();
    expect(await show(eve)).to.match(/^tranche 1 .*can be paid now: commonwire asset pay$/m);
    const dry = await commands.json(eve, asset, 'pay', '--dry-run');
    expect(dry.balances[1]).to.include({ what: "builder's tokens", before: '0', after: '50000' });
    const { balances, effects } = await commands.json(eve, asset, 'pay');
    expect(effects).to.deep.equal([`pays tranche 1 of 3: 0.05 tokens to ${builder.publicKey}`]);
    expect(balances.slice(0, 2).map(({ after }: { after: string }) => after)).to.deep.equal([
      '50000',
      '50000',
    ]);
    expect(await asset.tokens(builder.publicKey)).to.equal(50_000n);
    expect(await commands.as(eve, asset, 'pay')).to.deep.equal([
      'nothing to do: tranche 1 is paid, and no other is announced',
    ]);
    expect(await show(eve)).to.match(/^tranche 1 .*: paid$/m);
  });

  it('objections of more than a third stop a tranche, and show tells how many there are', async () => {
    await asset.stake(ben, 40n);
    await asset.passObjections();
    await announce();
    await expectError(commands.as(ann, asset, 'object'), /has staked no shares.*stake now/);
    const lines = await commands.as(ben, asset, 'object');
    expect(lines[0]).to.match(
      / objects to tranche 1 of 3 with 40 shares, together 40 % of all shares: more than a third/,
    );
    expect((await commands.as(ben, asset, 'object'))[0]).to.match(
      /^nothing to do: .* has objected .* already$/,
    );
    expect(await show(ben)).to.match(/^ +objections 40 % of all shares; more than a third: it is not paid$/m);
    expect(await show(ben)).to.match(/40 shares staked; locked by its objection/);
    await expectError(commands.as(ben, asset, 'unstake'), /StakeLocked.*from \d{4}-.* on/);
    await asset.passObjections();
    await expectError(commands.as(ann, asset, 'pay'), /Objected.*announce it again with better evidence/);
    expect((await commands.as(ben, asset, 'unstake'))[0]).to.match(/takes 40 shares out of the stake/);
    expect((await announce('--evidence', `${LINK}?2`))[0]).to.match(/^announces tranche 1/);
  });

  it('more than half take the money back, and redeem their shares, staked ones too', async () => {
    await asset.stake(ann, 51n);
    await asset.passObjections();
    await announce();
    const lines = await commands.as(ann, asset, 'object');
    expect(lines[0]).to.match(/51 % of all shares: more than half: the money is clawed back at once$/);
    const seen = await show(ann);
    expect(seen).to.match(/^state +CLAWED BACK/m);
    expect(seen).to.match(/^tranche 1 .*: never paid, since the money was clawed back$/m);
    expect(seen).to.not.include('to be announced');
    await expectError(announce('--evidence', `${LINK}?2`), /NotBuilding.*commonwire asset redeem/);
    const before = await asset.tokens(ann.publicKey);
    const { effects, balances } = await commands.json(ann, asset, 'redeem');
    expect(effects[0]).to.match(/takes 51 shares out of the stake/);
    expect(effects[1]).to.match(/gets 0\.06 tokens for 60 shares$/);
    expect(balances[1]).to.include({ what: 'shares of all stakes', before: '51', after: '0' });
    expect((await asset.tokens(ann.publicKey)) - before).to.equal(60_000n);
    expect((await commands.as(ann, asset, 'redeem'))[0]).to.match(/^nothing to do: .* holds no shares/);
    await commands.as(ben, asset, 'redeem', '--shares', '10');
    expect((await asset.asset()).left).to.equal(30_000n);
    await expectError(commands.as(ben, asset, 'redeem', '--shares', '31'), 'not-enough');
  });

  it("the authority claws back at any time, anybody 90 days past a tranche's date", async () => {
    const eve = await anybody();
    await expectError(commands.as(ann, asset, 'redeem'), /NotClawedBack.*can be sold/);
    await expectError(
      commands.as(eve, asset, 'claw-back'),
      /ClawBackClosed.*anyone can open it after \d{4}-/,
    );
    // The first tranche is due 30 days after the deadline, which was 10 days ahead.
    await commands.chain.passSeconds(131 * DAY);
    await expectError(announce(), /TrancheLate.*claw-back and then redeem/);
    const lines = await commands.as(eve, asset, 'claw-back');
    expect(lines[0]).to.equal(
      'ends the building for ever: holders can take back 0.1 tokens for their shares',
    );
    expect((await commands.as(eve, asset, 'claw-back'))[0]).to.match(/^nothing to do: /);
  });

  it('a late tranche that can be paid holds the claw-back up for 30 days, and show says until when', async () => {
    const eve = await anybody();
    await commands.chain.passSeconds(129 * DAY);
    await announce();
    await commands.chain.passSeconds(10 * DAY);
    await expectError(
      commands.as(eve, asset, 'claw-back', '--dry-run'),
      /ClawBackClosed.*anyone can open it after/,
    );
    const { claw_back_after: after } = await commands.json(eve, asset, 'show');
    await commands.chain.passSeconds(after - Number(await asset.now()) + 1);
    expect((await commands.as(eve, asset, 'claw-back'))[0]).to.match(/^ends the building/);
  });

  it('hands the authority over in two steps', async () => {
    const next = await anybody();
    const to = next.publicKey.toBase58();
    await expectError(commands.as(next, asset, 'accept-authority'), /no authority is proposed/);
    const lines = await commands.as(asset.authority, asset, 'propose-authority', '--to', to);
    expect(lines[0]).to.match(new RegExp(`^proposed nobody -> ${to}; `));
    expect((await commands.as(asset.authority, asset, 'propose-authority', '--to', to))[0]).to.match(
      /^nothing to do/,
    );
    expect(await show(ann)).to.include(`${to} becomes the authority once it accepts`);
    await expectError(commands.as(ann, asset, 'accept-authority'), 'wrong-key');
    await commands.as(next, asset, 'accept-authority');
    expect((await asset.asset()).authority.toBase58()).to.equal(to);
    await expectError(announce(), 'wrong-key');
  });

  it('closes an asset of which nobody holds anything', async () => {
    const { authority } = asset;
    const yes = ['--yes', asset.address.toBase58()];
    await commands.as(authority, asset, 'claw-back');
    await expectError(commands.as(authority, asset, 'close'), 'not-confirmed');
    await expectError(
      commands.as(authority, asset, 'close', ...yes),
      /StillHeld.*100 shares and 0 stakes are left/,
    );
    await asset.stake(ann, 60n);
    await commands.as(ann, asset, 'redeem');
    await commands.as(ben, asset, 'redeem');
    await nextSlot(commands.chain.connection);
    await expectError(
      commands.as(authority, asset, 'close', ...yes),
      /StillHeld.*0 shares and 1 stakes? (is|are) left/,
    );
    const owner = ann.publicKey.toBase58();
    expect((await commands.as(ben, asset, 'close-stake', '--owner', owner))[0]).to.match(/^closes the stake/);
    expect((await commands.as(ann, asset, 'close-stake'))[0]).to.match(/^nothing to do/);
    // What somebody sent to the vault for nobody goes to the authority.
    await asset.give(asset.address, 7n);
    const lines = await commands.as(authority, asset, 'close', ...yes);
    expect(lines[0]).to.match(/^closes asset \w+ for ever/);
    expect(lines.join('\n')).to.match(/gets 0\.000007 tokens/);
    await expectError(commands.as(ann, asset, 'show'), /account-missing|there is no asset/);
  });

  it('prints what the authority is to sign, whatever key is here', async () => {
    const { effects, signer, transactions } = await commands.json(
      ann,
      asset,
      'announce',
      '--evidence',
      LINK,
      '--sha256',
      'ab'.repeat(32),
      '--print',
    );
    expect(signer).to.equal(asset.authority.publicKey.toBase58());
    expect(effects[0]).to.match(/^announces tranche 1/);
    expect(transactions[0].instructions).to.have.length(1);
  });

  it('error: another key than the authority, no evidence, a file that is not there', async () => {
    const evidence = ['--evidence', LINK];
    await expectError(
      commands.as(ann, asset, 'announce', ...evidence, '--file', photo),
      /must be the asset's authority/,
    );
    const by = (...more: string[]) => commands.as(asset.authority, asset, 'announce', ...more);
    await expectError(by(...evidence), 'usage');
    await expectError(by('--file', photo), 'usage');
    await expectError(
      by(...evidence, '--file', '/nowhere.jpg'),
      /^--file: \/nowhere\.jpg can't be read: there is no such file; name the file that the link leads to/,
    );
    for (const none of ['a photo', 'example.org/a.jpg', 'file:///tmp/a.jpg', 'javascript:alert(1)'])
      await expectError(
        by('--evidence', none, '--file', photo),
        /is not a link: one of http, https, ipfs or ar/,
      );
    const long = `https://example.org/${'x'.repeat(109)}`;
    await expectError(
      by('--evidence', long, '--file', photo),
      /is longer than 128 bytes: take a shorter link/,
    );
    for (const link of ['ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi/a.jpg', 'ar://x'])
      await expectError(by('--evidence', link, '--file', photo), /TrancheEarly/);
    await expectError(commands.as(ann, asset, 'pay'), /NoTranche.*commonwire asset announce/);
  });
});
