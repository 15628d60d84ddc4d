import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sendAndConfirm } from '@commonwire/sdk/core';
import { fetchNetwork, fetchRegistry, setCommittee } from '@commonwire/sdk/network';
import { getMint } from '@solana/spl-token';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, type TestChain } from '../../../tests/support/chain';
import { networkChain } from '../../../tests/support/network';
import { totalOf } from '../src/costs';
import {
  createFirstNetwork,
  type NetworkConfig,
  type NetworkConfigInput,
  networkJson,
  parseNetworkConfig,
} from '../src/create-network';
import { planNetwork } from '../src/network-plan';

const EXAMPLE = join(__dirname, '../../../migrations/network.example.json');

/** Returns the example with three oracles' keys filled in, as a new user would do. */
function example(): NetworkConfigInput {
  const input: NetworkConfigInput = JSON.parse(readFileSync(EXAMPLE, 'utf8'));
  input.committee.keys = [1, 2, 3].map(() => Keypair.generate().publicKey.toBase58());
  return input;
}

describe('a network configuration', () => {
  it('is read from JSON, with exact amounts', () => {
    const input = example();
    input.emission.max_supply = '18446744073709551615';
    const config = parseNetworkConfig(input);
    expect(config.emission.maxSupply).to.equal(18_446_744_073_709_551_615n);
    expect(config.policy.maxCapacity).to.deep.equal([0, 10_000_000, 0, 0, 0, 0, 0, 0]);
    expect(config.committee.keys.map(String)).to.deep.equal(input.committee.keys);
  });

  const set = (path: string, value: unknown) => (input: NetworkConfigInput) => {
    const keys = path.split('.');
    const last = keys.pop()!;
    const parent = keys.reduce<Record<string, unknown>>(
      (object, key) => object[key] as Record<string, unknown>,
      input as unknown as Record<string, unknown>,
    );
    parent[last] = value;
  };
  const refusals: [field: string, what: string, (input: NetworkConfigInput) => void][] = [
    ['token.decimals', 'decimals beyond 9', set('token.decimals', 10)],
    ['emission.max_supply', 'an amount as a number', set('emission.max_supply', 1000)],
    ['emission.max_supply', 'an amount of 2^64', set('emission.max_supply', '18446744073709551616')],
    ['emission.epoch_cap', 'an amount with a point', set('emission.epoch_cap', '1.5')],
    ['emission.epoch_cap', 'nothing to earn', set('emission.epoch_cap', '0')],
    ['policy.device_epoch_cap', 'a negative amount', set('policy.device_epoch_cap', '-1')],
    ['policy.epoch_seconds', 'epochs of no time', set('policy.epoch_seconds', 0)],
    ['policy.challenge_seconds', 'half a second', set('policy.challenge_seconds', 0.5)],
    ['policy.max_capacity', 'no kind of device', set('policy.max_capacity', {})],
    ['policy.max_capacity.wind', 'an unknown kind', set('policy.max_capacity', { wind: 1 })],
    ['committee.keys', 'no oracle', set('committee.keys', [])],
    ['committee.keys.0', 'an invalid key', set('committee.keys.0', 'REPLACE')],
    ['committee.threshold', 'a threshold of only half the keys', set('committee.threshold', 1)],
    ['committee.threshold', 'a threshold above the number of keys', set('committee.threshold', 4)],
    ['authority', 'an authority that is not an address', set('authority', 7)],
    ['guardien', 'a misspelt field', set('guardien', Keypair.generate().publicKey.toBase58())],
  ];
  for (const [field, what, change] of refusals) {
    it(`error: ${what}`, () => {
      const input = example();
      change(input);
      expect(() => parseNetworkConfig(input)).to.throw(new RegExp(`^${field.replaceAll('.', '\\.')}: `));
    });
  }

  it('error: one oracle twice', () => {
    const input = example();
    input.committee.keys[2] = input.committee.keys[0]!;
    expect(() => parseNetworkConfig(input)).to.throw(/^committee\.keys\.2: .*second time/);
  });

  it('error: not an object', () => {
    expect(() => parseNetworkConfig('network')).to.throw(/^network: /);
  });
});

describe('creating the first network', () => {
  let chain: TestChain;
  let config: NetworkConfig;

  before(async () => {
    chain = await networkChain();
  });
  beforeEach(() => {
    config = parseNetworkConfig(example());
  });

  it('creates token, vault, network, registry and committee', async () => {
    const payer = await fund(chain.connection, 10);
    const guardian = Keypair.generate().publicKey;
    const made = await createFirstNetwork({ ...chain, payer, config: { ...config, guardian } });
    const account = await fetchNetwork(chain.connection, made.network);
    expect(account.authority.equals(payer.publicKey) && account.guardian.equals(guardian)).to.equal(true);
    expect(account.committee.keys).to.deep.equal(config.committee.keys.map((key) => key.toBytes()));
    expect(account).to.deep.include({ emission: config.emission, policy: config.policy, id: made.id });
    expect((await getMint(chain.connection, made.mint)).mintAuthority!.equals(made.network)).to.equal(true);
    expect((await fetchRegistry(chain.connection, made.network)).deviceCount).to.equal(0);
    expect(made.signatures).to.have.length(2);
    expect(networkJson(made)).to.include({ network: made.network.toBase58(), set_committee: null });
  });

  it('continues after an interruption between its transactions', async () => {
    const payer = await fund(chain.connection, 10);
    const governance = Keypair.generate();
    const wanted = { ...config, authority: governance.publicKey };
    const before = await createFirstNetwork({ ...chain, payer, config: wanted });
    expect(before.committeeInstruction).to.not.equal(null);
    expect((await fetchNetwork(chain.connection, before.network)).committee.version).to.equal(0);

    const again = { ...chain, payer, config: wanted, id: before.id, authority: governance };
    const after = await createFirstNetwork(again);
    expect(after.network.equals(before.network) && after.mint.equals(before.mint)).to.equal(true);
    expect(after.signatures).to.have.length(1);
    expect((await fetchNetwork(chain.connection, after.network)).committee.version).to.equal(1);
    expect((await createFirstNetwork(again)).signatures).to.deep.equal([]);
  });

  it('says what it is going to spend: that and no more, and nothing once all is done', async () => {
    const { connection } = chain;
    const payer = await fund(connection, 10);
    const wanted = { connection, payer, config, id: 1n };
    const plan = await planNetwork(wanted);
    expect(plan.steps).to.deep.equal(['token', 'vault', 'network', 'registry', 'committee']);
    await createFirstNetwork(wanted);
    const spent = plan.balance - (await connection.getBalance(payer.publicKey, 'confirmed'));
    // The payer is the authority as well, so that the committee takes one signature of the two.
    expect(totalOf(plan) - spent).to.be.within(0, 10_000);
    const again = await planNetwork(wanted);
    expect(again).to.deep.include({ steps: [], costs: [] });
    expect((await createFirstNetwork(wanted)).signatures).to.deep.equal([]);
  });

  it('reports the id, and what is missing, before it sends anything', async () => {
    const poor = Keypair.generate();
    let told: bigint | undefined;
    const creation = createFirstNetwork({
      ...chain,
      payer: poor,
      config,
      onStart: ({ id }) => {
        told = id;
      },
    });
    await expectError(creation, 'insufficient-funds');
    expect(told).to.be.a('bigint');
  });

  it("returns the authority's instruction for its multisig", async () => {
    const payer = await fund(chain.connection, 10);
    const multisig = Keypair.generate();
    const made = await createFirstNetwork({
      ...chain,
      payer,
      config: { ...config, authority: multisig.publicKey },
    });
    await sendAndConfirm(chain.connection, payer, [made.committeeInstruction!], { signers: [multisig] });
    expect((await fetchNetwork(chain.connection, made.network)).committee.threshold).to.equal(2);
  });

  it('error: the id belongs to a network with another configuration', async () => {
    const payer = await fund(chain.connection, 10);
    const { id } = await createFirstNetwork({ ...chain, payer, config });
    const other = { ...config, policy: { ...config.policy, epochSeconds: 60 } };
    await expectError(createFirstNetwork({ ...chain, payer, config: other, id }), /^policy\.epoch_seconds: /);
  });

  it('error: the network already has another committee', async () => {
    const payer = await fund(chain.connection, 10);
    const { id, network } = await createFirstNetwork({ ...chain, payer, config });
    const keys = config.committee.keys.map((key) => key.toBytes()).reverse();
    const change = setCommittee({ network, authority: payer.publicKey, threshold: 2, keys });
    await sendAndConfirm(chain.connection, payer, [change]);
    await expectError(createFirstNetwork({ ...chain, payer, config, id }), 'committee-differs');
  });

  it('error: the key is not the configured authority', async () => {
    const authority = Keypair.generate();
    const wanted = { ...config, authority: Keypair.generate().publicKey };
    const creation = createFirstNetwork({ ...chain, payer: chain.payer, config: wanted, authority });
    await expectError(creation, 'authority-mismatch');
  });
});
