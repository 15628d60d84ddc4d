import { acceptAuthority, fetchNetwork } from '@commonwire/sdk/network';
import {
  fetchProposal,
  fetchRealm,
  governanceAddress,
  proposalSeed,
  realmAddress,
  treasuryAddress,
} from '@commonwire/sdk/realm';
import { fetchPool, poolAddress } from '@commonwire/sdk/stake';
import { getMint } from '@solana/spl-token';
import { Keypair, PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund, type TestChain } from '../../../tests/support/chain';
import { daoChain, newToken, nextSlotOf, RULES, TestDao, trap } from '../../../tests/support/dao';
import { TestNetwork } from '../../../tests/support/network';
import { dao as command } from '../src/commands/dao';
import { govern } from '../src/commands/govern';
import { Files } from './files';

describe('commonwire dao', () => {
  let chain: TestChain;
  let files: Files;

  before(async () => {
    chain = await daoChain();
  });
  beforeEach(() => {
    files = new Files();
  });
  afterEach(() => files.remove());

  const run = async (of: typeof command, key: Keypair, ...args: string[]) => {
    const lines: string[] = [];
    const [action, ...more] = args as [string, ...string[]];
    const where = ['--url', chain.connection.rpcEndpoint, '--keypair', files.key(key)];
    expect(await of.run([action, ...where, ...more], (line) => lines.push(line))).to.equal(0);
    return lines;
  };

  describe('create', () => {
    const options = (mint: PublicKey, ...more: string[]) => [
      ...['create', '--mint', mint.toBase58()],
      ...['--quorum', '20', '--proposal-weight', '100'],
      ...more,
    ];

    it('makes realm, council, governance, treasury and pool, and hands the realm over', async () => {
      const [creator, { mint }] = [await fund(chain.connection, 10), await newToken(chain)];
      const guardians = [Keypair.generate(), Keypair.generate()].map(({ publicKey }) => publicKey.toBase58());
      const named = guardians.flatMap((guardian) => ['--guardian', guardian]);
      const name = `Sun of ${creator.publicKey.toBase58().slice(0, 8)}`;
      const args = options(mint, '--name', name, ...named);
      const lines = await run(command, creator, ...args);
      const realm = realmAddress(name);
      const governance = governanceAddress({ realm });
      expect(lines.at(-1)).to.contain(treasuryAddress(governance).toBase58());
      const made = await fetchRealm(chain.connection, realm);
      expect(made.authority?.equals(governance)).to.equal(true);
      const council = await getMint(chain.connection, made.councilMint!);
      expect(council.supply).to.equal(2n);
      expect(council.mintAuthority?.equals(treasuryAddress(governance))).to.equal(true);
      const pool = await fetchPool(chain.connection, poolAddress({ realm, mint }));
      expect(pool.coolDownSeconds).to.equal(5 * 86_400);
      expect(pool.incomeMint.equals(mint)).to.equal(true);
      // Once more changes nothing.
      const [again] = await run(command, creator, ...args, '--json');
      expect(JSON.parse(again!).realm).to.equal(realm.toBase58());
    });

    it("error: a hold-up under a day, but in development; somebody else's name; votes too short", async () => {
      const [creator, { mint }] = [await fund(chain.connection, 10), await newToken(chain)];
      const name = creator.publicKey.toBase58().slice(0, 12);
      const short = options(mint, '--name', name, '--hold-up', '23h');
      await expectError(run(command, creator, ...short), 'hold-up-too-short');
      await run(command, creator, ...short, '--development');
      const other = await fund(chain.connection, 10);
      const taking = options((await newToken(chain)).mint, '--name', name);
      await expectError(run(command, other, ...taking), 'name-taken');
      const quick = options(mint, '--name', `${name}2`, '--voting', '1h', '--cool-off', '30m');
      await expectError(run(command, creator, ...quick), /at least 1h in which everybody can vote/);
    });

    it('error: a realm of its name that somebody made and handed over, with programs, guardians and rules of theirs', async () => {
      const [creator, { mint }] = [await fund(chain.connection, 10), await newToken(chain)];
      const { mint: councilMint } = await newToken(chain);
      const name = `Trap ${creator.publicKey.toBase58().slice(0, 8)}`;
      await trap(chain, { name, mint, councilMint, rules: RULES, victim: creator.publicKey });
      const creating = run(command, creator, ...options(mint, '--name', name));
      await expectError(
        creating,
        /votes are not weighed by stakes; .* council is not .* governance has other rules/,
      );
      await expectError(run(command, creator, ...options(mint, '--name', name)), 'dao-differs');
    });

    it('error: a guardian twice, no token, and one that somebody can freeze; it tells who can mint the token', async () => {
      const [creator, { mint, authority }] = [await fund(chain.connection, 10), await newToken(chain)];
      const name = `Mint ${creator.publicKey.toBase58().slice(0, 8)}`;
      const guardian = Keypair.generate().publicKey.toBase58();
      const twice = ['--guardian', guardian, '--guardian', guardian];
      await expectError(
        run(command, creator, ...options(mint, '--name', name, ...twice)),
        /is named twice, and would count twice/,
      );
      for (const none of [creator.publicKey, Keypair.generate().publicKey])
        await expectError(
          run(command, creator, ...options(none, '--name', name)),
          /--mint: \w+ is not a mint of SPL Token: name the token that is staked/,
        );
      const { mint: freezable } = await newToken(chain, { freezable: true });
      await expectError(
        run(command, creator, ...options(freezable, '--name', name)),
        /can freeze this token, and so keep stakes from their owners/,
      );
      expect(await chain.connection.getAccountInfo(realmAddress(name))).to.equal(null);
      const [first] = await run(command, creator, ...options(mint, '--name', name));
      expect(first).to.equal(
        `beware     ${authority.publicKey} can mint the staked token, and outvote everybody who holds it`,
      );
    });

    it('error: again with other options', async () => {
      const [creator, { mint }] = [await fund(chain.connection, 10), await newToken(chain)];
      const name = `Twice ${creator.publicKey.toBase58().slice(0, 8)}`;
      const guardian = Keypair.generate().publicKey.toBase58();
      const args = options(mint, '--name', name, '--guardian', guardian);
      await run(command, creator, ...args);
      const another = options(mint, '--name', name, '--guardian', creator.publicKey.toBase58());
      await expectError(
        run(command, creator, ...another),
        /its council is not that of the guardians\. Choose/,
      );
      await expectError(
        run(command, creator, ...args, '--voting', '4d'),
        /has other rules; its pool has another/,
      );
      await run(command, creator, ...args);
    });
  });

  it('proposes apart from what somebody else made where the proposal was to be, and sends nobody there', async () => {
    const dao = await TestDao.create(chain);
    const network = await TestNetwork.create(chain);
    const [a, thief] = [await dao.member(60n), await dao.member(60n)];
    const { address, authority } = network;
    const at = ['--network', address.toBase58()];
    await run(govern, authority, 'propose-authority', ...at, '--to', dao.treasury.toBase58());
    const accepting = acceptAuthority({ network: address, authority: dao.treasury });
    const theft = SystemProgram.transfer({
      fromPubkey: dao.treasury,
      toPubkey: thief.publicKey,
      lamports: 1,
    });
    const taken = [
      await dao.propose(thief, [theft], { seed: proposalSeed(a.publicKey, [accepting], 0) }),
      await dao.propose(a, [theft], { seed: proposalSeed(a.publicKey, [accepting], 1) }),
    ];
    await nextSlotOf(chain);
    const proposing = ['accept-authority', ...at, '--propose', dao.pool.toBase58(), '--json'] as const;
    const [line] = await run(govern, a, ...proposing);
    const { proposal, found } = JSON.parse(line!);
    expect(found).to.equal(null);
    expect(taken.map(String)).to.not.include(proposal);
    const made = await fetchProposal(chain.connection, new PublicKey(proposal));
    expect(made.proposer.equals(a.publicKey)).to.equal(true);
    expect(made.actions.map(({ executed }) => executed)).to.deep.equal([[accepting]]);
    const [again] = await run(govern, a, ...proposing);
    expect(JSON.parse(again!)).to.include({ proposal, found: 'is proposed already, and voting' });
  });

  it('proposes an action of govern, shows it in the same words, votes, finalizes and executes', async () => {
    const dao = await TestDao.create(chain);
    const network = await TestNetwork.create(chain);
    const [a, b] = [await dao.member(60n), await dao.member(30n)];
    const at = network.address.toBase58();
    const { authority } = network;
    await run(govern, authority, 'propose-authority', '--network', at, '--to', dao.treasury.toBase58());
    const pool = dao.pool.toBase58();
    const proposing = async (...args: string[]) => {
      await nextSlotOf(chain);
      const [line] = await run(govern, a, ...args, '--network', at, '--propose', pool, '--json');
      return JSON.parse(line!) as { proposal: string; effects: string[] };
    };
    const decide = async (proposal: string) => {
      await run(command, a, 'vote', '--proposal', proposal, '--answer', 'yes');
      await run(command, b, 'vote', '--proposal', proposal, '--answer', 'no');
      await chain.passSeconds(RULES.votingSeconds + 1);
      const anyone = await fund(chain.connection, 1);
      expect(await run(command, anyone, 'finalize', '--proposal', proposal)).to.include(
        'state      succeeded',
      );
      await chain.passSeconds(RULES.holdUpSeconds + 1);
      expect(await run(command, anyone, 'execute', '--proposal', proposal)).to.include(
        'state      completed',
      );
    };
    const accepting = await proposing('accept-authority');
    await decide(accepting.proposal);
    expect((await fetchNetwork(chain.connection, network.address)).authority.equals(dao.treasury)).to.equal(
      true,
    );

    // The network would refuse it now, since it was executed.
    const over = await run(command, b, 'show', '--proposal', accepting.proposal);
    expect(over.join('\n')).to.include('action 1   executed').and.to.not.include('WARNING');

    const guardian = Keypair.generate().publicKey.toBase58();
    const { proposal, effects } = await proposing('set-guardian', '--to', guardian);
    expect(effects).to.deep.equal([`guardian nobody -> ${guardian}`]);
    const shown = await run(command, b, 'show', '--proposal', proposal);
    expect(shown.slice(-3)).to.deep.equal(['action 1   not executed', `  network ${at}`, `  ${effects[0]}`]);
    await decide(proposal);
    const { guardian: now } = await fetchNetwork(chain.connection, network.address);
    expect(now.toBase58()).to.equal(guardian);
    const [json] = await run(command, b, 'show', '--proposal', proposal, '--json');
    expect(JSON.parse(json!)).to.deep.include({ state: 'Completed', yes: '60', no: '30' });
    await expectError(run(command, a, 'vote', '--proposal', proposal, '--answer', 'no'), 'voted-otherwise');
    expect((await run(command, a, 'execute', '--proposal', proposal))[0]).to.match(
      /^nothing to do: .* executed/,
    );
  });

  it('shows all of an action, and a title that forges lines of the output as one line', async () => {
    const dao = await TestDao.create(chain);
    const member = await dao.member(60n);
    const pay = (lamports: number) =>
      SystemProgram.transfer({ fromPubkey: dao.treasury, toPubkey: member.publicKey, lamports });
    const { publicKey: fromPubkey } = chain.payer;
    const lamports = 1_000_000_000;
    await dao.send(SystemProgram.transfer({ fromPubkey, toPubkey: dao.treasury, lamports }));
    const name = 'Thanks\naction 1   executed\u001b[8m';
    const proposal = await dao.propose(member, [[pay(1), pay(2_000)]], { name });
    const shown = await run(command, member, 'show', '--proposal', proposal.toBase58());
    expect(shown[0]).to.match(/^proposal {3}Thanks�action 1 {3}executed�\[8m \(/);
    expect(shown.filter((line) => line.startsWith('  ')).join()).to.match(/ go from .* go from /);
    const about = ['--proposal', proposal.toBase58()];
    await run(command, member, 'vote', ...about, '--answer', 'yes');
    await chain.passSeconds(RULES.votingSeconds + 1);
    await run(command, member, 'finalize', ...about);
    await chain.passSeconds(RULES.holdUpSeconds + 1);
    const title = '"Thanks�action 1   executed�[8m"';
    for (const said of [`${title} is executed: 1 of 1 action`, `nothing to do: ${title} is executed already`])
      expect((await run(command, member, 'execute', ...about))[0]).to.equal(said);
  });

  it('seats a guardian who vetoes', async () => {
    const dao = await TestDao.create(chain);
    const member = await dao.member(60n);
    const guardian = await fund(chain.connection, 5);
    const { council } = dao.of;
    await dao.send(dao.minting(guardian.publicKey, 1n, council), [council.authority]);
    const proposal = (await dao.propose(member, [])).toBase58();
    const lines = await run(command, guardian, 'veto', '--proposal', proposal);
    expect(lines).to.include('state      vetoed');
  });

  it('error: who has too little weight, no position that counts, or no answer', async () => {
    const dao = await TestDao.create(chain);
    const network = await TestNetwork.create(chain);
    const [small, member] = [await dao.member(9n), await dao.member(60n)];
    const { authority } = network;
    const at = ['--network', network.address.toBase58(), '--propose', dao.pool.toBase58()];
    await expectError(run(govern, small, 'unpause', ...at), 'wrong-key');
    const to = ['--network', network.address.toBase58(), '--to', dao.treasury.toBase58()];
    await run(govern, authority, 'propose-authority', ...to);
    await expectError(run(govern, small, 'accept-authority', ...at), /proposals need 0\.00001: stake more/);
    const proposal = (await dao.propose(member, [])).toBase58();
    await nextSlotOf(chain);
    const late = await dao.member(100n);
    await expectError(run(command, late, 'vote', '--proposal', proposal, '--answer', 'yes'), 'not-a-member');
    await expectError(run(command, member, 'vote', '--proposal', proposal), /--answer is missing/);
    await expectError(
      run(command, member, 'vote', '--proposal', dao.pool.toBase58(), '--answer', 'no'),
      'account-foreign',
    );
  });
});
