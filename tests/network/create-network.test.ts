import { sendAndConfirm } from '@commonwire/sdk/core';
import { createNetwork, fetchNetwork, fetchRegistry, vaultAddress } from '@commonwire/sdk/network';
import {
  createMint,
  createAssociatedTokenAccountIdempotentInstruction as openAta,
  TOKEN_2022_PROGRAM_ID,
} from '@solana/spl-token';
import { type Keypair, PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import {
  ACCOUNT_IN_USE,
  expectError,
  fund,
  MISSING_SIGNATURE,
  type TestChain,
  WRONG_ADDRESS,
  WRONG_PROGRAM,
} from '../support/chain';
import { accountOf, creation, EMISSION, FLOORS, networkChain, POLICY } from '../support/network';

describe('create_network', () => {
  let chain: TestChain;
  let authority: Keypair;

  before(async () => {
    chain = await networkChain();
    authority = await fund(chain.connection, 100);
  });

  const create = async (options: Partial<Parameters<typeof creation>[1]> = {}) => {
    const made = await creation(chain, { authority, ...options });
    await sendAndConfirm(chain.connection, chain.payer, made.instructions, { signers: made.signers });
    return made;
  };

  it('keeps what it was given and starts with nothing earned', async () => {
    const { network, mint, args } = await create();
    const account = await fetchNetwork(chain.connection, network);
    expect(account.creator.equals(authority.publicKey)).to.equal(true);
    expect(account.authority.equals(authority.publicKey)).to.equal(true);
    expect(account.guardian.equals(PublicKey.default)).to.equal(true);
    expect(account.mint.equals(mint)).to.equal(true);
    expect(account.vault.equals(vaultAddress({ network, mint }))).to.equal(true);
    expect(account).to.deep.include({ id: args.id, emission: EMISSION, policy: POLICY, decimals: 6 });
    expect(account).to.deep.include({
      pending: null,
      cuts: [],
      totalPaid: 0n,
      deviceEarnedMax: 0n,
      attempt: 0,
    });
    expect(account.current).to.deep.include({ epoch: 0n, earnedTotal: 0n, deviceCount: 0 });
    expect(account.committee).to.deep.equal({ version: 0, threshold: 0, keys: [], bonds: [] });
    expect(account.changes).to.deep.equal({ policy: null, committee: null, guardian: null });
    expect(account).to.deep.include({
      floors: FLOORS,
      life: 'open',
      closing: null,
      mintedTotal: 0n,
      fundedTotal: 0n,
      surplus: 0n,
    });
    expect(account.genesisHash).to.deep.equal(args.genesisHash);
    expect(Number(account.birth)).to.be.greaterThan(0);

    const registry = await fetchRegistry(chain.connection, network);
    expect(registry.network.equals(network)).to.equal(true);
    expect(registry.deviceCount).to.equal(0);
    expect(registry.hash).to.deep.equal(new Uint8Array(32));
  });

  it('works where somebody sent lamports to the addresses before', async () => {
    const { network, instructions, signers } = await creation(chain, { authority });
    const gifts = [network, accountOf(instructions.at(-1)!, 'registry').pubkey].map((toPubkey) =>
      SystemProgram.transfer({ fromPubkey: chain.payer.publicKey, toPubkey, lamports: 1_000_000 }),
    );
    await sendAndConfirm(chain.connection, chain.payer, gifts);
    await sendAndConfirm(chain.connection, chain.payer, instructions, { signers });
    expect((await fetchNetwork(chain.connection, network)).address.equals(network)).to.equal(true);
  });

  it('error: the same network twice', async () => {
    const { args } = await create();
    await expectError(
      sendAndConfirm(chain.connection, chain.payer, [createNetwork(args)], { signers: [authority] }),
      ACCOUNT_IN_USE,
    );
  });

  it('error: the creator does not sign', async () => {
    const { args, instructions, signers } = await creation(chain, { authority });
    const instruction = createNetwork(args);
    accountOf(instruction, 'creator').isSigner = false;
    await expectError(
      sendAndConfirm(chain.connection, chain.payer, [...instructions.slice(0, 3), instruction], {
        signers: signers.slice(1),
      }),
      MISSING_SIGNATURE,
    );
  });

  it('error: another wallet signs for the creator', async () => {
    const { args, instructions, signers } = await creation(chain, { authority });
    const stranger = await fund(chain.connection, 1);
    const instruction = createNetwork(args);
    accountOf(instruction, 'creator').pubkey = stranger.publicKey;
    await expectError(
      sendAndConfirm(chain.connection, chain.payer, [...instructions.slice(0, 3), instruction], {
        signers: [stranger, signers[1]!],
      }),
      WRONG_ADDRESS,
    );
  });

  it('error: the mint authority is not the network', async () => {
    await expectError(create({ mintAuthority: authority.publicKey }), 'wrong-mint-authority');
  });

  it('error: the reward token can be frozen', async () => {
    await expectError(create({ freezeAuthority: authority.publicKey }), 'freezable-mint');
  });

  for (const [what, emission] of [['the cap per epoch is zero', { epochCap: 0n }]] as const) {
    it(`error: ${what}`, () => expectError(create({ emission }), 'bad-emission'));
  }

  for (const [what, policy] of [
    ['a device may earn nothing', { deviceEpochCap: 0n }],
    ['epochs last no time', { epochSeconds: 0 }],
    ['there is no challenge period', { challengeSeconds: 0 }],
    ['the invalid kind is admitted', { maxCapacity: [1, 0, 0, 0, 0, 0, 0, 0] }],
  ] as const) {
    it(`error: ${what}`, () => expectError(create({ policy }), 'bad-policy'));
  }

  for (const [what, floors] of [
    ['epochs', { epochSeconds: 0 }],
    ['challenge periods', { challengeSeconds: 0 }],
    ['payout windows', { payoutWindowSeconds: 0 }],
    ['a delay of more than seven days', { changeDelaySeconds: 7 * 86_400 + 1 }],
  ] as const) {
    it(`error: floors that bind nothing, or too much: ${what}`, () =>
      expectError(create({ floors }), 'bad-floors'));
  }

  for (const field of ['epochSeconds', 'challengeSeconds', 'payoutWindowSeconds'] as const) {
    it(`error: a policy below its own floor of ${field}`, async () => {
      const floor = { [field]: POLICY[field] + 1 };
      await expectError(create({ floors: floor }), 'below-floor');
      await create({ floors: { [field]: POLICY[field] } });
    });
  }

  it('takes a delay of seven days', async () => {
    const { network } = await create({ floors: { changeDelaySeconds: 7 * 86_400 } });
    expect((await fetchNetwork(chain.connection, network)).floors.changeDelaySeconds).to.equal(604_800);
  });

  it('error: no cluster is named', async () => {
    const { args, instructions, signers } = await creation(chain, { authority });
    const nameless = createNetwork({ ...args, genesisHash: new Uint8Array(32) });
    await expectError(
      sendAndConfirm(chain.connection, chain.payer, [...instructions.slice(0, -1), nameless], { signers }),
      'bad-genesis-hash',
    );
  });

  it('error: the maximum supply is below what exists', async () => {
    const { connection, payer } = chain;
    const id = 77n;
    const { network, args } = await creation(chain, { authority, id });
    const mint = await createMint(connection, payer, payer.publicKey, null, 6);
    const { mintTo, setAuthority, AuthorityType, getOrCreateAssociatedTokenAccount } = await import(
      '@solana/spl-token'
    );
    const account = await getOrCreateAssociatedTokenAccount(connection, payer, mint, payer.publicKey);
    await mintTo(connection, payer, mint, account.address, payer, EMISSION.maxSupply + 1n);
    await setAuthority(connection, payer, mint, payer, AuthorityType.MintTokens, network);
    const vault = openAta(payer.publicKey, vaultAddress({ network, mint }), network, mint);
    await expectError(
      sendAndConfirm(connection, payer, [vault, createNetwork({ ...args, mint })], { signers: [authority] }),
      'bad-emission',
    );
  });

  it('error: a substituted vault, registry, mint or token program', async () => {
    const { args, instructions, signers } = await creation(chain, { authority });
    const other = await create();
    for (const [name, by, code] of [
      ['registry', accountOf(other.instructions.at(-1)!, 'registry').pubkey, WRONG_ADDRESS],
      ['mint', other.mint, 'wrong-mint-authority'],
      ['vault', vaultAddress({ network: other.network, mint: other.mint }), 'wrong-vault'],
      ['tokenProgram', TOKEN_2022_PROGRAM_ID, 'wrong-token-program'],
      ['systemProgram', TOKEN_2022_PROGRAM_ID, WRONG_PROGRAM],
    ] as const) {
      const instruction = createNetwork(args);
      accountOf(instruction, name).pubkey = by;
      await expectError(
        sendAndConfirm(chain.connection, chain.payer, [...instructions.slice(0, 3), instruction], {
          signers,
        }),
        code,
      );
    }
  });
});
