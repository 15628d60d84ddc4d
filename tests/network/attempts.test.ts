import { ed25519Instruction } from '@commonwire/sdk/core';
import { type EpochMessage, postEpoch } from '@commonwire/sdk/network';
import { expect } from 'chai';
import { expectError } from '../support/chain';
import { GuardedNetwork, type TestNetwork } from '../support/network';

describe('the attempts at an epoch', () => {
  let guarded: GuardedNetwork;
  let test: TestNetwork;

  beforeEach(async () => {
    guarded = await GuardedNetwork.create();
    test = guarded.test;
    await test.cut();
  });

  const message = (changes: Partial<EpochMessage> = {}) => test.message(guarded.ledger(5n, 6n), changes);
  const posting = async (changes: Partial<EpochMessage> = {}) =>
    postEpoch(test.address, test.sign(await message(changes)));
  const post = async (changes: Partial<EpochMessage> = {}) => test.send(await posting(changes));
  const attempt = async () => (await test.account()).attempt;

  it('begin at 0, may be 255 ahead, and no more', async () => {
    await expectError(post({ attempt: 256 }), 'attempt-out-of-range');
    await expectError(post({ attempt: 2 ** 32 - 1 }), 'attempt-out-of-range');
    await post({ attempt: 255 });
    expect((await test.account()).pending?.attempt).to.equal(255);
  });

  it('go on after the void one, with the same window', async () => {
    await post({ attempt: 7 });
    expect(await attempt(), 'a post alone changes nothing').to.equal(0);
    await guarded.veto();
    expect(await attempt()).to.equal(8);
    for (const out of [0, 7, 264]) await expectError(post({ attempt: out }), 'attempt-out-of-range');
    await post({ attempt: 263 });
    await guarded.veto();
    expect(await attempt()).to.equal(264);
    await post({ attempt: 264 });
  });

  it('error: what was signed for a void attempt is posted again', async () => {
    const signed = await posting();
    await test.send(signed);
    await guarded.veto();
    await expectError(test.send(signed), 'attempt-out-of-range');
    // Nor does it count for the attempt that comes next.
    const [, post] = await posting();
    await expectError(test.send([signed[0]!, post!]), 'wrong-message');
    expect((await test.account()).pending).to.equal(null);
  });

  it('error: what was signed for an attempt that was not posted, once a later one is void', async () => {
    const unused = await posting({ attempt: 3 });
    await post({ attempt: 4 });
    await expectError(test.send(unused), 'epoch-pending');
    await guarded.veto();
    await expectError(test.send(unused), 'attempt-out-of-range');
  });

  it('error: what was signed for a void attempt of one epoch is posted for the next', async () => {
    const changed = { datasetHash: new Uint8Array(32).fill(1) };
    const [signatures] = await posting(changed);
    await post();
    await guarded.veto();
    await post();
    await test.promote();
    await test.cut();
    expect(await attempt(), 'each epoch begins at 0').to.equal(0);
    const [, next] = await posting({ ...changed, attempt: 0 });
    await expectError(test.send([signatures!, next!]), 'wrong-message');
  });

  it('error: signatures of the committee before, though attempt and result are the same', async () => {
    const old = await message();
    await test.send(test.committee(), [test.authority]);
    const [, next] = await posting();
    await expectError(test.send([ed25519Instruction(test.sign(old)), next!]), 'wrong-message');
    await post();
    expect((await test.account()).pending?.committee.version).to.equal(old.committeeVersion + 1);
  });

  it('take another result: what was void binds nobody', async () => {
    await post();
    await guarded.veto();
    await test.post(guarded.ledger(1n, 0n));
    await test.promote();
    expect((await test.account()).current.earnedTotal).to.equal(1n);
  });
});
