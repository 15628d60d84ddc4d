import {
  answerDemand,
  demandLeaf,
  fetchDemand,
  type LedgerEntry,
  pause,
  unpause,
} from '@commonwire/sdk/network';
import { expect } from 'chai';
import { POLICY } from '../../tests/support/network';
import { CHALLENGE_SECONDS, MemberNetwork } from './support/member-network';

describe('demands for leaves, on a chain', function () {
  this.timeout(300_000);
  let net: MemberNetwork;

  beforeEach(async () => {
    net = await MemberNetwork.create({ attemptSeconds: 1 });
    await net.ready();
    await net.collect();
  });
  afterEach(() => net.stop());

  const payer = () => net.network.chain.payer;
  const pending = async () => (await net.network.account()).pending;
  const found = (index: number, attempt: number) =>
    fetchDemand(net.network.chain.connection, { network: net.network.address, epoch: 1n, attempt, index });
  const first = () => net.members[0]!;

  it('are answered by the oracles themselves, also while the network is paused; then the epoch is paid', async () => {
    const { network, members } = net;
    await net.until('posted', async () => (await pending()) !== null);
    const { attempt } = (await pending())!;
    const { authority, address } = network;
    await network.send(pause({ network: address, guard: authority.publicKey }), [authority]);
    const demander = payer().publicKey;
    for (const index of [0, 2])
      await network.send(demandLeaf({ network: address, epoch: 1n, attempt, index, demander }));
    await net.until('answered', async () => (await pending())?.openDemands === 0);
    const answered = members.flatMap(({ events }) => events.answered);
    expect(answered.map(({ device }) => device).sort()).to.deep.equal([0, 2]);
    expect(members.flatMap(({ events }) => events.doubted)).to.deep.equal([]);
    await network.send(unpause({ network: address, guard: authority.publicKey }), [authority]);
    await net.paid(1n);
    expect((await network.account()).totalPaid > 0n).to.equal(true);
    expect(members.flatMap(({ failed }) => failed)).to.deep.equal([]);
  });

  /** Takes the place of what the oracles would post, with a ledger that nobody publishes. */
  async function hide(greedy: bigint) {
    const { network, owner } = net;
    const of = owner.publicKey.toBytes();
    const entries: LedgerEntry[] = [0n, 0n, greedy].map((earned) => ({ owner: of, earned }));
    const tree = await net.usurp(entries, { published: false });
    const { attempt } = await network.account().then((account) => account.pending!);
    for (let rounds = 0; first().events.demanded.length === 0; rounds++) {
      if (rounds > 20) throw new Error(`no demand; ${first().failed}`);
      await first().server.tick();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(first().events.doubted.map(({ code }) => code)).to.deep.equal(['unpublished']);
    const demanded = first().events.demanded.map(({ device }) => device);
    expect(demanded).to.include(2);
    return { entries, tree, attempt, demanded };
  }

  it('make an epoch void whose signers show nothing, and give the stakes back', async () => {
    const { network, members } = net;
    const { attempt, demanded } = await hide(5n);
    for (const index of demanded) expect(await found(index, attempt)).to.not.equal(null);
    await network.chain.passSeconds(CHALLENGE_SECONDS + 1);
    await net.until('void', async () => (await pending())?.attempt !== attempt);
    const unanswered = members.flatMap(({ events }) => events.unanswered);
    expect(unanswered[0]).to.include({ epoch: 1, attempt });
    await net.until('posted', async () => ((await pending())?.attempt ?? 0) > attempt);
    await net.until('withdrawn', async () => {
      for (const index of demanded) if (await found(index, attempt)) return false;
      return true;
    });
    await net.paid(1n);
    expect((await network.account()).totalPaid > 5n).to.equal(true);
    expect(members.flatMap(({ failed }) => failed)).to.deep.equal([]);
  });

  it('bring a leaf to light that proves the epoch wrong without its dataset', async () => {
    const { network, owner } = net;
    const { attempt, tree, entries, demanded } = await hide(POLICY.deviceEpochCap + 1n);
    const { earned } = entries[2]!;
    const leaf = { index: 2, owner: owner.publicKey, earned, proof: tree.proveRun(2, 1) };
    const by = { answerer: payer().publicKey, demander: payer().publicKey };
    await network.send(answerDemand({ network: network.address, epoch: 1n, attempt, ...by, leaf }));
    await first().server.tick();
    expect(first().events.challenged).to.deep.equal([
      { epoch: 1, attempt, device: 2, grounds: ['above-device-cap'], outcome: 'void' },
    ]);
    expect(await pending()).to.equal(null);
    await first().server.tick();
    for (const index of demanded) expect(await found(index, attempt)).to.equal(null);
    expect(first().failed).to.deep.equal([]);
  });
});
