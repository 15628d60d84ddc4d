import { setCommittee } from '@commonwire/sdk/network';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, MISSING_SIGNATURE } from '../support/chain';
import { accountOf, networkChain, TestNetwork } from '../support/network';

describe('set_committee', () => {
  let network: TestNetwork;

  before(async () => {
    network = await TestNetwork.create(await networkChain());
  });

  const keysOf = (count: number): Uint8Array[] =>
    Array.from({ length: count }, () => Keypair.generate().publicKey.toBytes());
  const set = (threshold: number, keys: Uint8Array[], authority = network.authority) =>
    network.send(
      setCommittee({ network: network.address, authority: authority.publicKey, threshold, keys }),
      [authority],
    );

  it('replaces the committee whole and raises its version each time', async () => {
    const before = (await network.account()).committee.version;
    const larger = keysOf(9);
    await set(5, larger);
    expect((await network.account()).committee).to.deep.equal({
      version: before + 1,
      threshold: 5,
      keys: larger,
      bonds: larger.map(() => null),
    });
    const smaller = keysOf(1);
    await set(1, smaller);
    expect((await network.account()).committee).to.deep.equal({
      version: before + 2,
      threshold: 1,
      keys: smaller,
      bonds: [null],
    });
    await set(1, smaller);
    expect((await network.account()).committee.version).to.equal(before + 3);
  });

  for (const [threshold, count] of [
    [0, 1],
    [1, 0],
    [1, 2],
    [2, 4],
    [4, 3],
    [4, 9],
    [10, 21],
    [12, 22],
  ] as const) {
    it(`error: ${threshold} of ${count}`, () => expectError(set(threshold, keysOf(count)), 'bad-threshold'));
  }

  it('takes 21 members, of whom more than half up to all must sign', async () => {
    for (const threshold of [11, 14, 21]) {
      const keys = keysOf(21);
      await set(threshold, keys);
      expect((await network.account()).committee).to.deep.include({ threshold, keys });
    }
  });

  it('error: a key twice or the zero key', async () => {
    const [one, two] = keysOf(2) as [Uint8Array, Uint8Array];
    await expectError(set(2, [one, two, one]), 'bad-committee-key');
    await expectError(set(2, [one, new Uint8Array(32)]), 'bad-committee-key');
  });

  it('error: a stranger signs', async () => {
    const stranger = await fund(network.chain.connection, 1);
    await expectError(set(1, keysOf(1), stranger), 'not-authority');
  });

  it('error: the authority does not sign', async () => {
    const { address, authority } = network;
    const instruction = setCommittee({
      network: address,
      authority: authority.publicKey,
      threshold: 1,
      keys: keysOf(1),
    });
    accountOf(instruction, 'authority').isSigner = false;
    await expectError(network.send(instruction), MISSING_SIGNATURE);
  });

  it('error: the authority of one network at another', async () => {
    const other = await TestNetwork.create(network.chain);
    const before = (await other.account()).committee;
    const instruction = setCommittee({
      network: other.address,
      authority: network.authority.publicKey,
      threshold: 1,
      keys: keysOf(1),
    });
    await expectError(network.send(instruction, [network.authority]), 'not-authority');
    expect((await other.account()).committee).to.deep.equal(before);
  });
});
