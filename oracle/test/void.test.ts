import { toHex } from '@commonwire/sdk/core';
import { expect } from 'chai';
import { govern, POLICY, veto } from '../../tests/support/network';
import { CHALLENGE_SECONDS, EPOCH_SECONDS, MemberNetwork } from './support/member-network';

describe('a network whose posted epochs become void', function () {
  this.timeout(300_000);
  let net: MemberNetwork;

  before(async () => {
    net = await MemberNetwork.create();
  });
  after(() => net.stop());

  it('continues and pays after a veto, after a challenge, and after a change of policy in between', async () => {
    const { network, members, owner } = net;
    await net.ready();
    await net.collect();
    // Lower than what the devices earn: an epoch is checked against the cap at its cut.
    await govern(network, {
      challengeSeconds: CHALLENGE_SECONDS,
      answerSeconds: CHALLENGE_SECONDS,
      epochSeconds: EPOCH_SECONDS,
      deviceEpochCap: 10n,
    });
    await net.posted(1n, 0);
    const honest = (await network.account()).pending!.ledgerRoot;

    await veto(network);
    await net.posted(1n, 1);
    expect((await network.account()).pending!.ledgerRoot).to.deep.equal(honest);

    await veto(network);
    const greedy = { owner: owner.publicKey.toBytes(), earned: POLICY.deviceEpochCap + 1n };
    await net.usurp([greedy, ...[0n, 0n].map((earned) => ({ ...greedy, earned }))]);
    await members[0]!.server.tick();
    expect(members[0]!.events.challenged).to.deep.equal([
      { epoch: 1, attempt: 2, device: 0, grounds: ['above-device-cap'], outcome: 'void' },
    ]);

    await net.posted(1n, 3);
    const { pending } = await network.account();
    // Who signed the wrong epoch has lost the seat, so its log counts no more: the others' ledger is posted.
    const { manifest } = await members[2]!.client.epoch(1);
    expect(manifest).to.deep.include({ ledger_root: toHex(pending!.ledgerRoot) });
    expect(manifest!.limits).to.include({ device: `${POLICY.deviceEpochCap}` });
    await net.paid(1n);
    const { current, totalPaid } = await network.account();
    expect(current.earnedTotal > 10n).to.equal(true);
    expect(await network.balance(owner.publicKey)).to.equal(totalPaid);
    expect(members.flatMap(({ events }) => events.challenged)).to.have.length(1);
  });
});
