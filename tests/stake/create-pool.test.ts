import { sendAndConfirm, TOKEN_2022_PROGRAM_ID } from '@commonwire/sdk/core';
import {
  type CreatePool,
  createPool,
  LONGEST_LOCK_SECONDS,
  poolAddress,
  stakeProgram,
} from '@commonwire/sdk/stake';
import { Keypair, type Signer } from '@solana/web3.js';
import { expect } from 'chai';
import { ACCOUNT_IN_USE, expectError, namedAccounts, type TestChain } from '../support/chain';
import { DAY, daoChain, newRealm, newToken, poolOf, RULES, TestDao, type TestRealm } from '../support/dao';
import { HARMFUL, makeToken2022 } from '../support/tokens';

const accountOf = namedAccounts(stakeProgram);
const COOL_DOWN = RULES.votingSeconds + RULES.holdUpSeconds;

describe('create_pool', () => {
  let chain: TestChain;
  let realm: TestRealm;

  before(async () => {
    chain = await daoChain();
    realm = await newRealm(chain);
  });

  const send = (args: CreatePool, change: Partial<CreatePool> = {}, ...signers: Signer[]) =>
    sendAndConfirm(chain.connection, realm.authority, createPool({ ...args, ...change }), { signers });

  it('makes the one pool of a realm', async () => {
    const dao = await TestDao.create(chain);
    const pool = await dao.account();
    expect(pool.realm.equals(dao.of.realm)).to.equal(true);
    expect(pool).to.deep.include({
      totalWeight: 0n,
      staked: 0n,
      incomeLeft: 0n,
      incomeTotal: 0n,
      coolDownSeconds: COOL_DOWN,
    });
    expect(pool.stream.windowSeconds).to.equal(BigInt(DAY));
    await expectError(dao.send(createPool(poolOf(dao.of, dao.income)), [dao.of.authority]), ACCOUNT_IN_USE);
  });

  it('takes income of Token-2022, and such that its issuer can freeze', async () => {
    const income = await newToken(chain, { tokenProgram: TOKEN_2022_PROGRAM_ID, freezable: true });
    const dao = await TestDao.create(chain, { income });
    const owner = await dao.staker();
    await dao.open(owner, 0n, 10n);
    await dao.earn(100n);
    await chain.passSeconds(3 * DAY);
    expect(await dao.claim(owner, 0n)).to.equal(100n);
    await dao.unlock(owner, 0n);
    await chain.passSeconds(COOL_DOWN);
    await dao.withdraw(owner, 0n);
    expect(await dao.balance(dao.accountOf(owner.publicKey))).to.equal(1_000_000n);
  });

  it('error: a cool-down that ends before a vote and its hold-up time, or times out of bounds', async () => {
    const args = poolOf(realm, realm.token);
    await expectError(send(args, { coolDownSeconds: COOL_DOWN - 1 }), 'cool-down-too-short');
    await expectError(send(args, { windowSeconds: BigInt(DAY - 1) }), 'window-too-short');
    await expectError(send(args, { coolDownSeconds: LONGEST_LOCK_SECONDS + 1 }), 'cool-down-too-long');
    await expectError(send(args, { windowSeconds: 31_557_601n }), 'window-too-long');
  });

  it("error: another than the realm's authority", async () => {
    const other = Keypair.generate();
    const args = poolOf(realm, realm.token);
    await expectError(send(args, { realmAuthority: other.publicKey }, other), 'not-realm-authority');
  });

  it('error: a realm that is none, and governances of others', async () => {
    const args = poolOf(realm, realm.token);
    const other = await newRealm(chain);
    await expectError(send(args, { governance: other.governance }), 'bad-governance');
    await expectError(send(args, { governance: realm.realm }), 'bad-governance');
    await expectError(send(args, { governance: realm.token.mint }), 'bad-governance');
    await expectError(send({ ...args, realm: realm.governance }), 'bad-realm');
    await expectError(send({ ...args, realm: Keypair.generate().publicKey }), 'bad-realm');
  });

  it('error: another token than the community token', async () => {
    const { council } = realm;
    const args = { ...poolOf(realm, council), mint: council.mint };
    await expectError(send(args), 'wrong-mint');
  });

  it('error: a token that somebody can freeze, or with an extension that could keep stakes or income', async () => {
    const frozen = await newRealm(chain, { token: await newToken(chain, { freezable: true }) });
    await expectError(send(poolOf(frozen, frozen.token), {}, frozen.authority), 'freezable-mint');
    const [harmful] = HARMFUL;
    const mintAuthority = realm.authority.publicKey;
    const mint = await makeToken2022(chain, { extensions: [harmful!], mintAuthority });
    const income = { mint, authority: realm.authority, tokenProgram: TOKEN_2022_PROGRAM_ID };
    await expectError(send(poolOf(realm, income)), 'unsupported-extension');
  });

  it('error: income in what is no mint, or of another token program than is named', async () => {
    const dao = await TestDao.create(chain);
    const args = poolOf(realm, realm.token);
    const instructions = createPool(args);
    const last = instructions.at(-1)!;
    accountOf(last, 'incomeMint').pubkey = dao.stakes;
    const sent = () => sendAndConfirm(chain.connection, realm.authority, instructions);
    await expectError(sent(), 'bad-mint');
    accountOf(last, 'incomeMint').pubkey = realm.token.mint;
    accountOf(last, 'incomeTokenProgram').pubkey = TOKEN_2022_PROGRAM_ID;
    await expectError(sent(), 'wrong-token-program');
  });

  it('error: other accounts for stakes and income', async () => {
    const other = await TestDao.create(chain, { token: realm.token });
    const change = async (name: 'stakes' | 'vault', code: string) => {
      const instructions = createPool(poolOf(realm, realm.token));
      accountOf(instructions.at(-1)!, name).pubkey = other[name];
      await expectError(sendAndConfirm(chain.connection, realm.authority, instructions), code);
    };
    await change('stakes', 'wrong-stakes');
    await change('vault', 'wrong-vault');
    const pool = poolAddress({ realm: realm.realm, mint: realm.token.mint });
    expect(await chain.connection.getAccountInfo(pool)).to.equal(null);
  });
});
