import {
  answerDemand,
  CLOSING_SECONDS,
  challengeEpoch,
  closeDemand,
  cutEpoch,
  demandLeaf,
  hashOf,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  ledgerNode,
  nodeOf,
  postEpoch,
  registerDevices,
  registrationFee,
  setPolicy,
  sumOf,
} from '@commonwire/sdk/network';
import { getMint } from '@solana/spl-token';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, type TestChain } from '../support/chain';
import {
  beginClosing,
  challenging,
  entry,
  finishClosing,
  leafOf,
  newDevice,
  type POLICY,
  proofOf,
  settlement,
  steadyNetworkChain,
  TestNetwork,
} from '../support/network';

const BOND = 1_000_000n;
const CHALLENGE = 100;

/**
 * What an audit found that a threshold of oracles, an authority or an owner could do to the others, each played to its end.
 * Oracles here sign whatever pays them.
 */
describe('a threshold that lies, an authority that hurries', () => {
  let chain: TestChain;
  let network: TestNetwork;
  let a: Keypair;
  let b: Keypair;
  let watcher: Keypair;
  const thief = Keypair.generate();

  /** Devices 0 and 1 of `a` and `b`, who earned 500 each in epoch 1. */
  const start = async (options: Parameters<typeof TestNetwork.create>[1] = {}) => {
    network = await TestNetwork.create(chain, {
      ...options,
      policy: {
        oracleBond: BOND,
        challengeSeconds: CHALLENGE,
        answerSeconds: CHALLENGE / 2,
        bondLockSeconds: 2 * CHALLENGE,
        ...options.policy,
      },
    });
    await network.register([a, b]);
    await network.openPage();
    await network.openAccounts([a.publicKey, b.publicKey, thief.publicKey]);
  };
  const honest = (): LedgerEntry[] => [entry(a, 500n), entry(b, 500n)];
  const epoch = async (entries: readonly LedgerEntry[]) => {
    await network.cut();
    await network.post(entries);
    await promote();
  };
  const promote = async () => {
    await chain.passSeconds(CHALLENGE);
    await network.send(network.promotion());
  };
  beforeEach(async () => {
    chain = await steadyNetworkChain();
    [a, b, watcher] = [
      await fund(chain.connection, 1),
      await fund(chain.connection, 1),
      await fund(chain.connection, 1),
    ];
    await start();
    await epoch(honest());
  });

  /** Posts whatever tree the threshold signs, by an opening whose sums are right. */
  const postTree = async (tree: { root: Uint8Array; earnedTotal: bigint; opening: Uint8Array }) => {
    const message = await network.message([], { ledgerRoot: tree.root, earnedTotal: tree.earnedTotal });
    await network.send(postEpoch(network.address, { ...network.sign(message), opening: tree.opening }));
  };
  const asPosted = (tree: LedgerTree) => ({
    root: tree.root,
    earnedTotal: tree.earnedTotal,
    opening: tree.opening(undefined),
  });
  const paid = () => Promise.all([a, b, thief].map(({ publicKey }) => network.balance(publicKey)));
  const pay = (tree: LedgerTree, entries: readonly LedgerEntry[], index: number) =>
    network.send(settlement(network, { tree, entries }, index, ['each', 1]));
  const seats = async () => (await network.account()).committee.keys.length;

  it('a device cap that nobody can add up: promotion goes on, under it and after it', async () => {
    await start({ policy: { deviceEpochCap: 2n ** 64n - 1n } });
    await epoch(honest());
    await epoch([entry(a, 600n), entry(b, 600n)]);
    const { address, authority } = network;
    const policy = { ...(await network.account()).policy, deviceEpochCap: 1_000n };
    await network.send(setPolicy({ network: address, authority: authority.publicKey, policy }), [authority]);
    const last = [entry(a, 700n), entry(b, 700n)];
    await epoch(last);
    const tree = LedgerTree.fromLeaves(ledgerLeaves(last));
    await pay(tree, last, 0);
    await pay(tree, last, 1);
    expect(await paid()).to.deep.equal([700n, 700n, 0n]);
  });

  describe('a leaf of garbage, by which a later one is to be stolen', () => {
    const garbage = () =>
      LedgerTree.fromLeaves([
        nodeOf(500n, new Uint8Array(32).fill(9)),
        ledgerNode({ index: 1, ...entry(b, 500n) }),
      ]);

    it('is demanded, can’t be shown, and the epoch is void', async () => {
      await network.cut();
      await postTree(asPosted(garbage()));
      const demand = {
        network: network.address,
        epoch: 2n,
        attempt: 0,
        index: 0,
        demander: watcher.publicKey,
      };
      await network.send(demandLeaf(demand), [watcher]);
      for (const leaf of [leafOf(honest(), 0), { ...leafOf(honest(), 0), proof: garbage().proveRun(0, 1) }])
        await expectError(
          network.send(answerDemand({ ...demand, answerer: chain.payer.publicKey, leaf })),
          'bad-proof',
        );
      await chain.passSeconds(CHALLENGE);
      await expectError(network.send(network.promotion()), 'demands-open');
      await network.send(closeDemand(demand));
      expect((await network.account()).pending).to.equal(null);
      expect(await chain.connection.getBalance(watcher.publicKey)).to.equal(1_000_000_000);
      await network.post(honest());
      await promote();
    });

    it('where nobody looked, pays no thief: whose a device is, the registry says', async () => {
      await network.cut();
      await postTree(asPosted(garbage()));
      await promote();
      const stolen = [entry(thief, 600n), entry(b, 500n)];
      await network.cut();
      await network.post(stolen);
      // Nobody can show the leaf before it. Nobody has to.
      const proof = await proofOf(network, { current: [], pending: stolen }, 0);
      await network.send(
        challengeEpoch({ network: network.address, challenger: chain.payer.publicKey, ...proof }),
      );
      expect((await network.account()).pending).to.equal(null);
      expect(await seats()).to.equal(2);
      expect(await paid()).to.deep.equal([0n, 0n, 0n]);
    });
  });

  it('leaves worth more than the total: no lie about a sum pays one device what another earned', async () => {
    const greedy = [entry(a, 500n), entry(b, 1_000n)];
    const rich = LedgerTree.fromLeaves(ledgerLeaves(greedy));
    const children = [0, 1].map((index) => rich.leaf(index));
    await network.cut();
    // Said openly, the total isn't the sum.
    await expectError(
      postTree({ root: rich.root, earnedTotal: 1_000n, opening: rich.opening(undefined) }),
      'root-sum-mismatch',
    );
    // Hidden below the root, the leaf can't be shown: what is worth 500 doesn't hash to what is worth 1,000.
    const hidden = [children[0]!, nodeOf(500n, hashOf(children[1]!))];
    const lie = LedgerTree.fromLeaves(hidden);
    expect(lie.earnedTotal).to.equal(1_000n);
    await postTree(asPosted(lie));
    await promote();
    await expectError(pay(lie, greedy, 1), 'bad-proof');
    await expectError(pay(rich, greedy, 1), 'bad-proof');
    await pay(lie, honest(), 0);
    expect(await paid()).to.deep.equal([500n, 0n, 0n]);
    expect(await network.balance(network.address)).to.equal(sumOf(children[0]!));
  });

  it('somebody else’s name on a new device: its owner’s registration voids the epoch, and the bonds are gone', async () => {
    await network.register([a]);
    await network.cut();
    const stolen = [...honest(), entry(thief, 400n)];
    await network.post(stolen);
    const before = await chain.connection.getBalance(watcher.publicKey);
    const instruction = await challenging(
      network,
      { current: honest(), pending: stolen },
      2,
      watcher.publicKey,
    );
    await network.send(instruction, [watcher]);
    expect((await network.account()).pending).to.equal(null);
    expect(await seats()).to.equal(2);
    expect((await chain.connection.getBalance(watcher.publicKey)) - before).to.equal(300_000);
  });

  it('thirty epochs in a minute: floors and the delay keep emission to the pace that was announced', async () => {
    const HOUR = 3_600;
    await start({
      policy: {
        epochSeconds: HOUR,
        bondLockSeconds: 3 * HOUR,
        deviceEpochCap: 1_000n,
      },
      floors: { epochSeconds: HOUR, challengeSeconds: CHALLENGE, changeDelaySeconds: 2 * HOUR },
    });
    const { address, authority } = network;
    const hurry = async (changes: Partial<typeof POLICY>) => {
      const policy = { ...(await network.account()).policy, ...changes };
      return network.send(setPolicy({ network: address, authority: authority.publicKey, policy }), [
        authority,
      ]);
    };
    await expectError(hurry({ epochSeconds: 1 }), 'below-floor');
    await expectError(hurry({ challengeSeconds: 1, answerSeconds: 1 }), 'below-floor');
    await hurry({ deviceEpochCap: 1_000_000n });
    expect((await network.account()).policy.deviceEpochCap, 'is only announced').to.equal(1_000n);
    await chain.passSeconds(HOUR);
    await network.send(cutEpoch(address));
    for (let seconds = 0; seconds < 60; seconds += 2) {
      await expectError(network.send(cutEpoch(address)), 'epoch-not-over');
      await chain.passSeconds(2);
    }
    expect((await network.account()).lastCutEpoch).to.equal(1n);
  });

  it('a network that closes: owners are paid for thirty days more, and nothing is stranded', async () => {
    const tree = LedgerTree.fromLeaves(ledgerLeaves(honest()));
    const heir = await fund(chain.connection, 1);
    await beginClosing(network, heir.publicKey);
    // On a cluster time runs on meanwhile.
    await chain.passSeconds(Number(CLOSING_SECONDS) - 60);
    await pay(tree, honest(), 0);
    await expectError(finishClosing(network), 'still-closing');
    await chain.passSeconds(60);
    await finishClosing(network);
    expect(await paid()).to.deep.equal([500n, 0n, 0n]);
    expect(await network.balance(heir.publicKey)).to.equal(500n);
    expect(await network.balance(network.address)).to.equal(0n);
    const { mintAuthority } = await getMint(chain.connection, network.mint, 'confirmed');
    expect(mintAuthority?.equals(heir.publicKey)).to.equal(true);
  });

  it('a fee that is raised just before a registration: it costs what it was said to, or nothing happens', async () => {
    const { address, authority } = network;
    const { policy } = await network.account();
    const owner = await fund(chain.connection, 1);
    const device = newDevice(Keypair.generate());
    const maxFee = registrationFee(policy, { kind: 1, capacity: device.capacity });
    const registering = registerDevices({
      network: address,
      owner: owner.publicKey,
      kind: 1,
      devices: [device],
      maxFee,
    });
    const dearer = { ...policy, deviceFee: 900_000_000n };
    const raising = setPolicy({ network: address, authority: authority.publicKey, policy: dearer });
    await expectError(network.send([raising, registering], [authority, owner]), 'fee-above-maximum');
    await network.send(raising, [authority]);
    await expectError(network.send(registering, [owner]), 'fee-above-maximum');
    expect(await chain.connection.getBalance(owner.publicKey)).to.equal(1_000_000_000);
    expect((await network.registry()).deviceCount).to.equal(2);
  });
});
