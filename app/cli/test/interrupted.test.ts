import { assetAddress, createAsset } from '@commonwire/sdk/assets';
import {
  fetchProposal,
  fetchRealm,
  governanceAddress,
  realmAddress,
  treasuryAddress,
} from '@commonwire/sdk/realm';
import { fetchPool, poolAddress } from '@commonwire/sdk/stake';
import { getMint } from '@solana/spl-token';
import { Keypair, PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { assetCreation } from '../../../tests/support/assets';
import { expectError, fund, nextSlot } from '../../../tests/support/chain';
import { newToken, nextSlotOf, RULES } from '../../../tests/support/dao';
import { RpcProxy } from '../../../tests/support/rpc-proxy';
import { asset as assetCommand } from '../src/commands/asset';
import { dao as daoCommand } from '../src/commands/dao';
import { DaoCommands } from './dao-commands';

/** More transactions than any of these commands sends. */
const MOST = 20;

describe('commands of several transactions, cut off after each of them and run again', () => {
  let commands: DaoCommands;

  before(async () => {
    commands = await DaoCommands.start();
  });
  after(() => commands.files.remove());

  /**
   * Runs a command through a node that is gone once it has passed on so many transactions.
   * @returns whether the command came to its end
   */
  const cutOff = async (transactions: number, run: () => Promise<unknown>): Promise<boolean> => {
    const node = commands.chain.connection.rpcEndpoint;
    const proxy = await RpcProxy.start(node, { endsAfter: transactions });
    commands.url = proxy.url;
    try {
      await run();
      return true;
    } catch (error) {
      expect(`${error}`).to.match(/403|forbidden|unknown/i);
      return false;
    } finally {
      commands.url = node;
      await landed(proxy.lastSent);
      await proxy.close();
    }
  };
  /** Returns once a transaction has landed. */
  const landed = async (signature: string | undefined) => {
    const { connection } = commands.chain;
    for (;;) {
      const { value } = await connection.getSignatureStatuses([signature!]);
      if (value[0]?.confirmationStatus && value[0].confirmationStatus !== 'processed') return;
      await nextSlot(connection);
    }
  };
  const lamports = (of: Keypair) => commands.chain.connection.getBalance(of.publicKey);

  /**
   * Does the same once without and often with an interruption, after another transaction each time.
   * @param make one more time: what to run, who pays, and what there must be in the end
   */
  const oftenCutOff = async (
    make: () => Promise<{
      run: () => Promise<string[]>;
      payer: Keypair;
      check: (lines: string[]) => Promise<void>;
    }>,
  ): Promise<number> => {
    const costOf = async ({ run, payer, check }: Awaited<ReturnType<typeof make>>, cut?: number) => {
      const before = await lamports(payer);
      const ended = cut !== undefined && (await cutOff(cut, run));
      if (!ended) await check(await run());
      return { cost: before - (await lamports(payer)), ended };
    };
    const { cost: whole } = await costOf(await make());
    for (let cut = 1; cut <= MOST; cut++) {
      const { cost, ended } = await costOf(await make(), cut);
      expect(cost, `cut off after transaction ${cut}`).to.equal(whole);
      if (ended) return cut - 1;
    }
    throw new Error(`more than ${MOST} transactions`);
  };

  it('dao create', async () => {
    const { chain } = commands;
    const steps = await oftenCutOff(async () => {
      const [creator, { mint }] = [await fund(chain.connection, 10), await newToken(chain)];
      const guardians = [Keypair.generate(), Keypair.generate()].map(({ publicKey }) => publicKey.toBase58());
      const name = creator.publicKey.toBase58().slice(0, 20);
      const options = [
        '--name',
        name,
        '--mint',
        mint.toBase58(),
        '--quorum',
        '20',
        '--proposal-weight',
        '100',
      ];
      const named = guardians.flatMap((guardian) => ['--guardian', guardian]);
      return {
        payer: creator,
        run: () => commands.run(daoCommand, creator, 'create', ...options, ...named),
        check: async (lines) => {
          const realm = realmAddress(name);
          const governance = governanceAddress({ realm });
          const made = await fetchRealm(chain.connection, realm);
          expect(made.authority?.equals(governance)).to.equal(true);
          const council = await getMint(chain.connection, made.councilMint!);
          expect(council.supply).to.equal(2n);
          expect(council.mintAuthority?.equals(treasuryAddress(governance))).to.equal(true);
          const pool = await fetchPool(chain.connection, poolAddress({ realm, mint }));
          expect(pool.realm.equals(realm)).to.equal(true);
          expect(lines.at(-1)).to.contain(treasuryAddress(governance).toBase58());
          const again = await commands.run(daoCommand, creator, 'create', ...options, ...named);
          expect(again[0]).to.match(/^beware .* can mint the staked token/);
          expect(again.slice(1, -1)).to.have.length(4);
          for (const line of again.slice(1, -1)) expect(line).to.match(/^found /);
        },
      };
    });
    expect(steps).to.equal(5);
  }).timeout(120_000);

  it('dao create says whose council token it found', async () => {
    const { chain } = commands;
    const [creator, { mint }] = [await fund(chain.connection, 10), await newToken(chain)];
    const name = creator.publicKey.toBase58().slice(0, 20);
    const create = () =>
      commands.run(
        daoCommand,
        creator,
        ...(['create', '--name', name, '--mint', mint.toBase58(), '--quorum', '20'] as const),
        ...['--proposal-weight', '100', '--guardian', Keypair.generate().publicKey.toBase58()],
      );
    expect(await cutOff(1, create)).to.equal(false);
    await expectError(create(), 'council-differs');
  });

  it('a proposal of many actions', async () => {
    const { chain, treasury, dao, member } = commands;
    const wallets = Array.from({ length: 7 }, () => Keypair.generate().publicKey);
    const steps = await oftenCutOff(async () => {
      const { args, signers } = await assetCreation(chain, { permits: true });
      await dao.send(createAsset({ ...args, compliance: treasury }), signers);
      const asset = assetAddress(args);
      await nextSlotOf(chain);
      const permits = ['--country', '484', '--until', '2099-01-01'];
      const each = wallets.flatMap((wallet) => ['--wallet', wallet.toBase58()]);
      const run = () =>
        commands.run(
          assetCommand,
          member,
          ...(['permit', '--asset', asset.toBase58(), ...permits, ...each] as [string, ...string[]]),
          ...['--propose', dao.pool.toBase58(), '--json'],
        );
      return {
        payer: member,
        run,
        check: async ([line]) => {
          const { proposal } = JSON.parse(line!);
          const made = await fetchProposal(chain.connection, new PublicKey(proposal));
          expect(made.state).to.equal('Voting');
          expect(made.actions).to.have.length(wallets.length);
          const { found, signatures } = JSON.parse((await run())[0]!);
          expect(signatures).to.deep.equal([]);
          expect(found).to.equal('is proposed already, and voting');
          await commands.cancel(proposal);
        },
      };
    });
    expect(steps).to.be.above(1);
  }).timeout(120_000);

  it('the execution of a proposal', async () => {
    const { chain, treasury, dao, member } = commands;
    const { publicKey: fromPubkey } = chain.payer;
    await dao.send(SystemProgram.transfer({ fromPubkey, toPubkey: treasury, lamports: 1_000_000_000 }));
    const steps = await oftenCutOff(async () => {
      const to = Keypair.generate().publicKey;
      const paying = (amount: number) =>
        SystemProgram.transfer({ fromPubkey: treasury, toPubkey: to, lamports: amount });
      const proposal = (await dao.propose(member, [1_000_000, 2_000_000, 4_000_000].map(paying))).toBase58();
      await commands.run(daoCommand, member, 'vote', '--proposal', proposal, '--answer', 'yes');
      await chain.passSeconds(RULES.votingSeconds + 1);
      await commands.run(daoCommand, member, 'finalize', '--proposal', proposal);
      await chain.passSeconds(RULES.holdUpSeconds + 1);
      const anyone = await fund(chain.connection, 1);
      return {
        payer: anyone,
        run: () => commands.run(daoCommand, anyone, 'execute', '--proposal', proposal),
        check: async () => {
          expect(await chain.connection.getBalance(to)).to.equal(7_000_000);
        },
      };
    });
    expect(steps).to.equal(3);
  }).timeout(120_000);
});
