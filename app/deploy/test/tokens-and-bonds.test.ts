import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sendAndConfirm, TOKEN_2022_PROGRAM_ID } from '@commonwire/sdk/core';
import { bondAddress, depositBond, fetchBonds, fetchNetwork, unlockBond } from '@commonwire/sdk/network';
import { createMint, getMint, getTokenMetadata } from '@solana/spl-token';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, type TestChain } from '../../../tests/support/chain';
import { networkChain } from '../../../tests/support/network';
import { HARMFUL, makeToken2022 } from '../../../tests/support/tokens';
import {
  createFirstNetwork,
  type NetworkConfigInput,
  networkJson,
  parseNetworkConfig,
} from '../src/create-network';

const EXAMPLE = join(__dirname, '../../../migrations/network.example.json');
const METADATA = { name: 'Sun of Mesa', symbol: 'MESA', uri: 'https://example.org/mesa.json' };
const BOND = 5_000_000;

/** Returns the example with three oracles' keys and changes to its token and emission. */
function example(change: {
  token?: NetworkConfigInput['token'];
  kind?: 'minted' | 'funded';
  policy?: Partial<NetworkConfigInput['policy']>;
}): NetworkConfigInput {
  const input: NetworkConfigInput = JSON.parse(readFileSync(EXAMPLE, 'utf8'));
  input.committee.keys = [1, 2, 3].map(() => Keypair.generate().publicKey.toBase58());
  return {
    ...input,
    token: change.token ?? input.token,
    emission: { ...input.emission, ...(change.kind ? { kind: change.kind } : {}) },
    policy: { ...input.policy, ...change.policy },
  };
}

describe("a network configuration's token and bonds", () => {
  const mint = Keypair.generate().publicKey.toBase58();
  for (const [field, what, change] of [
    [
      'token.program',
      'an unknown token program',
      { token: { program: 'erc-20' as 'spl-token', decimals: 6 } },
    ],
    ['token.decimals', 'no decimals', { token: {} }],
    ['token.mint', 'an existing mint for minted rewards', { token: { decimals: 6, mint } }],
    ['token.mint', 'funded rewards without a token', { kind: 'funded', token: {} }],
    ['token.decimals', 'decimals of an existing token', { kind: 'funded', token: { mint, decimals: 6 } }],
    [
      'token.program',
      'the program of an existing token',
      { kind: 'funded', token: { mint, program: 'spl-token' } },
    ],
    [
      'token.metadata',
      'metadata of an existing token',
      { kind: 'funded', token: { mint, metadata: METADATA } },
    ],
    ['token.metadata', 'metadata in SPL Token', { token: { decimals: 6, metadata: METADATA } }],
    [
      'token.metadata.symbol',
      'an overlong symbol',
      { token: { program: 'token-2022', decimals: 6, metadata: { ...METADATA, symbol: 'ABCDEFGHIJK' } } },
    ],
    ['emission.kind', 'an unknown kind of emission', { kind: 'mined' as 'minted' }],
    [
      'policy.bond_lock_seconds',
      'a lock that ends before evidence can arrive',
      { policy: { oracle_bond: `${BOND}`, bond_lock_seconds: 7799 } },
    ],
  ] as const) {
    it(`error: ${what}`, () => {
      expect(() => parseNetworkConfig(example(change))).to.throw(
        new RegExp(`^${field.replaceAll('.', '\\.')}: `),
      );
    });
  }
});

describe('creating a network', () => {
  let chain: TestChain;
  let payer: Keypair;

  before(async () => {
    chain = await networkChain();
  });
  beforeEach(async () => {
    payer = await fund(chain.connection, 10);
  });

  describe('with a Token-2022 token', () => {
    it('creates it without extensions', async () => {
      const config = parseNetworkConfig(example({ token: { program: 'token-2022', decimals: 9 } }));
      const made = await createFirstNetwork({ ...chain, payer, config });
      const account = await fetchNetwork(chain.connection, made.network);
      expect(account.tokenProgram.equals(TOKEN_2022_PROGRAM_ID)).to.equal(true);
      const mint = await getMint(chain.connection, made.mint, undefined, TOKEN_2022_PROGRAM_ID);
      expect(mint.mintAuthority!.equals(made.network)).to.equal(true);
      expect(mint).to.include({ decimals: 9, freezeAuthority: null });
    });

    for (const [what, metadata] of [
      ['metadata', METADATA],
      ['the longest metadata', { name: 'n'.repeat(32), symbol: 's'.repeat(10), uri: 'u'.repeat(200) }],
    ] as const) {
      it(`creates it with ${what}, which the authority can change`, async () => {
        const token = { program: 'token-2022', decimals: 6, metadata } as const;
        const authority = Keypair.generate().publicKey;
        const config = { ...parseNetworkConfig(example({ token })), authority };
        const made = await createFirstNetwork({ ...chain, payer, config });
        const found = (await getTokenMetadata(chain.connection, made.mint))!;
        expect(found).to.deep.include(metadata);
        expect(found.updateAuthority!.equals(authority)).to.equal(true);
        const mint = await getMint(chain.connection, made.mint, undefined, TOKEN_2022_PROGRAM_ID);
        expect(mint.mintAuthority!.equals(made.network)).to.equal(true);
        expect(mint.freezeAuthority).to.equal(null);
      });
    }

    it('error: the id belongs to a network with another token program', async () => {
      const config = parseNetworkConfig(example({ token: { program: 'token-2022', decimals: 6 } }));
      const { id } = await createFirstNetwork({ ...chain, payer, config });
      const other = { ...config, token: parseNetworkConfig(example({})).token };
      await expectError(createFirstNetwork({ ...chain, payer, config: other, id }), /^token\.program: /);
    });
  });

  describe('with funded rewards', () => {
    it('accepts an existing token of either program', async () => {
      for (const program of [undefined, TOKEN_2022_PROGRAM_ID]) {
        const { connection } = chain;
        const mint = await createMint(
          connection,
          payer,
          payer.publicKey,
          null,
          3,
          undefined,
          undefined,
          program,
        );
        const config = parseNetworkConfig(example({ kind: 'funded', token: { mint: mint.toBase58() } }));
        const made = await createFirstNetwork({ ...chain, payer, config });
        const account = await fetchNetwork(connection, made.network);
        expect(account).to.include({ funded: true, decimals: 3, initialSupply: 0n });
        expect(made.mint.equals(mint)).to.equal(true);
        expect((await createFirstNetwork({ ...chain, payer, config, id: made.id })).signatures).to.deep.equal(
          [],
        );
      }
    });

    it('error: a token that could block payments, naming the feature', async () => {
      const hook = HARMFUL.find(({ name }) => name === 'transfer hook')!;
      const mint = await makeToken2022(chain, { extensions: [hook], mintAuthority: payer.publicKey });
      const config = parseNetworkConfig(example({ kind: 'funded', token: { mint: mint.toBase58() } }));
      await expectError(createFirstNetwork({ ...chain, payer, config }), /^token\.mint: .*"transfer hook"/);
    });

    it('error: an address that is not a mint', async () => {
      const mint = Keypair.generate().publicKey.toBase58();
      const config = parseNetworkConfig(example({ kind: 'funded', token: { mint } }));
      await expectError(createFirstNetwork({ ...chain, payer, config }), 'wrong-token');
    });
  });

  describe('with required bonds', () => {
    const bonded = () => parseNetworkConfig(example({ policy: { oracle_bond: `${BOND}` } }));

    it('deposits missing bonds if requested, otherwise names them', async () => {
      const config = bonded();
      let id: bigint | undefined;
      const onStart = (started: { id: bigint }) => {
        id = started.id;
      };
      await expectError(
        createFirstNetwork({ ...chain, payer, config, onStart }),
        /^policy\.oracle_bond: .*0\.005 SOL.*--deposit-bonds.*commonwire bond deposit/,
      );
      const again = { ...chain, payer, config, id: id!, depositBonds: true };
      const made = await createFirstNetwork(again);
      const account = await fetchNetwork(chain.connection, made.network);
      expect(account.committee.keys).to.have.length(3);
      const bonds = await fetchBonds(chain.connection, { network: made.network });
      expect(bonds.map(({ lamports }) => lamports)).to.deep.equal([1, 2, 3].map(() => BigInt(BOND)));
      expect((await createFirstNetwork(again)).signatures).to.deep.equal([]);
    });

    it('uses bonds that oracles deposited themselves, except unlocked ones', async () => {
      const config = bonded();
      let id: bigint | undefined;
      let network = payer.publicKey;
      const onStart = (started: { id: bigint; address: typeof network }) => {
        id = started.id;
        network = started.address;
      };
      await expectError(createFirstNetwork({ ...chain, payer, config, onStart }), 'bonds-missing');
      const [first, second, third] = config.committee.keys.map((key) => key.toBytes()) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      const operator = await fund(chain.connection, 1);
      const depositor = operator.publicKey;
      const deposit = (oracle: Uint8Array, lamports: number) =>
        depositBond({ network, oracle, depositor, lamports: BigInt(lamports) });
      await sendAndConfirm(chain.connection, operator, [
        deposit(first, BOND),
        deposit(second, BOND - 1),
        deposit(third, BOND),
        unlockBond({ network, oracle: third, depositor }),
      ]);
      const again = { ...chain, payer, config, id: id! };
      const wanted = [second, third].map((oracle) =>
        bondAddress({ network, oracle, depositor: payer.publicKey }),
      );
      await expectError(createFirstNetwork(again), 'bonds-missing');
      const made = await createFirstNetwork({ ...again, depositBonds: true });
      const bonds = await fetchBonds(chain.connection, { network: made.network });
      const own = bonds.filter((bond) => bond.depositor.equals(payer.publicKey));
      expect(own.map(({ address }) => address.toBase58())).to.have.members(wanted.map(String));
      expect((await fetchNetwork(chain.connection, network)).committee.keys).to.have.length(3);
    });

    it("names the bonds that the authority's instruction needs", async () => {
      const authority = Keypair.generate();
      const config = { ...bonded(), authority: authority.publicKey };
      const made = await createFirstNetwork({ ...chain, payer, config, depositBonds: true });
      const bonds = config.committee.keys.map((key) =>
        bondAddress({ network: made.network, oracle: key.toBytes(), depositor: payer.publicKey }),
      );
      expect(networkJson(made).set_committee_bonds).to.deep.equal(bonds.map(String));
      await sendAndConfirm(chain.connection, payer, [made.committeeInstruction!], { signers: [authority] });
    });

    it('error: the payer cannot pay for the bonds, before anything is sent', async () => {
      const poor = await fund(chain.connection, 0.03);
      const config = bonded();
      await expectError(
        createFirstNetwork({ ...chain, payer: poor, config, depositBonds: true }),
        'insufficient-funds',
      );
      expect(await chain.connection.getBalance(poor.publicKey)).to.equal(30_000_000);
    });
  });
});
