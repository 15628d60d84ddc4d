import {
  type LedgerEntry,
  postEpoch,
  registryAddress,
  resign,
  unlockBond,
  withdrawBond,
} from '@commonwire/sdk/network';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, MISSING_SIGNATURE, NO_ACCOUNT, type TestChain } from '../support/chain';
import {
  accountOf,
  challenging,
  closeForEver,
  entry,
  POLICY,
  steadyNetworkChain,
  TestNetwork,
} from '../support/network';

const BOND = 1_000_000n;

describe('resign', () => {
  let chain: TestChain;
  let network: TestNetwork;
  let oracle: Keypair;

  /** A committee of five, three of whom must sign, each with a bond by the chain's payer. */
  beforeEach(async () => {
    chain = await steadyNetworkChain();
    network = await TestNetwork.create(chain, { policy: { oracleBond: BOND } });
    oracle = network.oracles[1]!;
  });

  const build = (by = oracle) => resign({ network: network.address, oracle: by.publicKey });
  const leave = (by = oracle) => network.send(build(by), [by]);
  const committee = async () => (await network.account()).committee;
  const bond = (of = oracle) => ({
    network: network.address,
    oracle: of.publicKey.toBytes(),
    depositor: chain.payer.publicKey,
  });

  it('takes the oracle off the committee, which goes on under a new version', async () => {
    const before = await committee();
    await leave();
    const rest = network.oracles.filter((one) => one !== oracle);
    expect(await committee()).to.deep.equal({
      version: before.version + 1,
      threshold: 3,
      keys: rest.map(({ publicKey }) => publicKey.toBytes()),
      bonds: rest.map((one) => network.bondOf(one)),
    });
    await network.cut();
    const message = await network.message([]);
    await expectError(
      network.send(postEpoch(network.address, network.sign(message, [oracle, ...rest.slice(0, 2)]))),
      'unknown-signer',
    );
    await network.send(postEpoch(network.address, network.sign(message, rest.slice(0, 3))));
  });

  it('gives the bond back after its lock', async () => {
    await expectError(network.send(unlockBond(bond())), 'oracle-in-committee');
    await leave();
    await network.send(unlockBond(bond()));
    await expectError(network.send(withdrawBond(bond())), 'bond-locked');
    await chain.passSeconds(POLICY.bondLockSeconds);
    await network.send(withdrawBond(bond()));
    expect(await chain.connection.getAccountInfo(network.bondOf(oracle))).to.equal(null);
  });

  it('lowers the threshold only where the others no longer reach it, down to nobody', async () => {
    for (const [at, threshold] of [3, 3, 2, 1, 0].entries()) {
      await leave(network.oracles[at]!);
      const { keys, threshold: left } = await committee();
      expect([keys.length, left]).to.deep.equal([4 - at, threshold]);
    }
    await network.cut();
    const message = await network.message([]);
    await expectError(
      network.send(postEpoch(network.address, network.sign(message, []))),
      'too-few-signatures',
    );
    await network.send(network.committee(), [network.authority]);
    await network.post([]);
  });

  it('does not save the bond of who signed a pending epoch that is proven wrong', async () => {
    const [owner, thief] = [await fund(chain.connection, 1), Keypair.generate()];
    await network.register([owner]);
    await network.cut();
    const pending: LedgerEntry[] = [entry(thief, 5n)];
    await network.post(pending);
    await leave(network.oracles[0]);
    await network.send(unlockBond(bond(network.oracles[0])));
    const before = await chain.connection.getBalance(network.bondOf(network.oracles[0]!));
    await network.send(await challenging(network, { current: [], pending }, 0));
    expect(before - (await chain.connection.getBalance(network.bondOf(network.oracles[0]!)))).to.equal(
      Number(BOND),
    );
    expect((await committee()).keys).to.deep.equal(
      network.oracles.slice(3).map(({ publicKey }) => publicKey.toBytes()),
    );
  });

  it('goes on while the network is closing or closed', async () => {
    await closeForEver(network);
    await leave();
    expect((await committee()).keys).to.have.length(4);
  });

  it('error: twice, or an oracle that never sat here', async () => {
    await leave();
    await expectError(leave(), 'unknown-signer');
    await expectError(leave(Keypair.generate()), 'unknown-signer');
    await expectError(leave(network.authority), 'unknown-signer');
  });

  it('error: the oracle does not sign', async () => {
    const unsigned = build();
    accountOf(unsigned, 'oracle').isSigner = false;
    await expectError(network.send(unsigned), MISSING_SIGNATURE);
    expect((await committee()).keys).to.have.length(5);
  });

  it('error: another network, or an account that is none', async () => {
    const other = await TestNetwork.create(chain);
    for (const [pubkey, code] of [
      [other.address, 'unknown-signer'],
      [registryAddress(network.address), NO_ACCOUNT],
    ] as const) {
      const instruction = build();
      accountOf(instruction, 'network').pubkey = pubkey;
      await expectError(network.send(instruction, [oracle]), code);
    }
  });
});
