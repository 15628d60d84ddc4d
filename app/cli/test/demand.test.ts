import { demandAddress, fetchDemand, type LedgerEntry, postEpoch } from '@commonwire/sdk/network';
import { type Keypair, VersionedTransaction } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund } from '../../../tests/support/chain';
import { GuardedNetwork, type TestNetwork, veto } from '../../../tests/support/network';
import { demand } from '../src/commands/demand';
import { Files } from './files';
import { PublishingOracle } from './publishing-oracle';

const STAKE = 10_000_000n;
const ANSWER = 100;
const POLICY = { challengeSeconds: 100, answerSeconds: ANSWER, challengeSlots: 1 };

describe('commonwire demand', () => {
  let guarded: GuardedNetwork;
  let test: TestNetwork;
  let oracle: PublishingOracle;
  let files: Files;
  let demander: Keypair;

  beforeEach(async () => {
    guarded = await GuardedNetwork.create({ policy: POLICY });
    test = guarded.test;
    oracle = await PublishingOracle.start();
    files = new Files();
    demander = await fund(test.chain.connection, 1);
  });
  afterEach(async () => {
    files.remove();
    await oracle.close();
  });

  const runBy = async (key: Keypair | null, action: string, ...more: string[]) => {
    const lines: string[] = [];
    const where = ['--url', test.chain.connection.rpcEndpoint, '--network', test.address.toBase58()];
    const by = key ? ['--keypair', files.key(key)] : [];
    expect(await demand.run([action, ...where, ...by, ...more], (line) => lines.push(line))).to.equal(0);
    return lines;
  };
  const run = (action: string, ...more: string[]) => runBy(demander, action, ...more);
  const json = async (action: string, ...more: string[]) =>
    JSON.parse((await run(action, '--json', ...more)).join());
  const post = async (entries: LedgerEntry[] = guarded.ledger(3n, 4n)) => {
    await test.cut();
    const datasetHash = oracle.publish(entries);
    await test.send(postEpoch(test.address, test.sign(await test.message(entries, { datasetHash }))));
  };
  const balance = async ({ publicKey }: Keypair) => BigInt(await test.chain.connection.getBalance(publicKey));
  const at = (seconds: bigint) => new Date(Number(seconds) * 1000).toISOString();
  const demanded = (index: number, attempt = 0) =>
    fetchDemand(test.chain.connection, { network: test.address, epoch: 1n, attempt, index });

  it('stakes, says until when the leaf must be shown, and lists the demand', async () => {
    await post();
    const lines = await run('open', '--index', '1');
    const { openedAt, bond } = (await demanded(1))!;
    expect(bond).to.equal(STAKE);
    const until = at(openedAt + BigInt(ANSWER));
    const address = demandAddress({ network: test.address, epoch: 1n, attempt: 0, index: 1 });
    expect(lines.slice(0, 4)).to.deep.equal([
      'demanded   device 1 of epoch 1, attempt 0',
      `staked     0.01 SOL in ${address}`,
      `answer     until ${until}, or the epoch can be made void`,
      'then       commonwire demand close --index 1 --epoch 1 --attempt 0 returns the stake if nobody showed the leaf',
    ]);
    expect(await runBy(null, 'list')).to.deep.equal([
      'epoch 1, attempt 0: 1 open, 0 shown',
      `open       device 1, answer until ${until}, 0.01 SOL by ${demander.publicKey}`,
    ]);
  });

  it('shows what is demanded from the published dataset, for the stake', async () => {
    await post();
    await run('open', '--index', '0');
    await run('open', '--index', '1');
    const answerer = await fund(test.chain.connection, 1);
    const before = await balance(answerer);
    const lines = await runBy(answerer, 'answer', '--oracle', oracle.url);
    expect(lines[0]).to.equal('2 leaves shown of epoch 1, attempt 0');
    expect(lines.at(-1)).to.equal('received   0.02 SOL');
    expect(await balance(answerer)).to.equal(before + 2n * STAKE - 10_000n);
    expect((await test.account()).pending!.openDemands).to.equal(0);
    const listed = await json('list');
    expect(listed.demands).to.deep.equal([]);
    const owner = guarded.owner.publicKey.toBase58();
    expect(listed.shown).to.have.deep.members([
      { index: 0, owner, earned: '3' },
      { index: 1, owner, earned: '4' },
    ]);
    expect((await runBy(answerer, 'answer', '--oracle', oracle.url))[0]).to.match(/^0 leaves shown/);
    await expectError(runBy(answerer, 'answer', '--oracle', oracle.url, '--index', '1'), 'no-demand');
  });

  it('makes the epoch void once nobody showed the leaf in time, and returns the stake', async () => {
    await post();
    const before = await balance(demander);
    const { answer_until } = await json('open', '--index', '0');
    await expectError(
      run('close', '--index', '0'),
      new RegExp(`AnswerTimeOpen.*can be shown until ${at(BigInt(answer_until))}`),
    );
    await guarded.moveTo(BigInt(answer_until) + 1n);
    expect((await runBy(null, 'list'))[1]).to.match(/^open {7}device 0, UNANSWERED since/);
    const lines = await run('close', '--index', '0');
    expect(lines[0]).to.equal('void       epoch 1, attempt 0: nobody showed device 0');
    expect(lines[1]).to.equal(`returned   0.01 SOL and the rent go back to ${demander.publicKey}`);
    expect((await test.account()).pending).to.equal(null);
    // Two transactions' fees.
    expect(await balance(demander)).to.equal(before - 10_000n);
  });

  it('returns the stake of a demand about an attempt that is void', async () => {
    await post();
    await run('open', '--index', '1');
    await veto(test);
    await expectError(run('close', '--index', '1'), 'nothing-pending');
    const closed = await json('close', '--index', '1', '--epoch', '1', '--attempt', '0');
    expect(closed).to.include({ epoch: 1, attempt: 0, index: 1, void: false, bond: `${STAKE}` });
    expect(await demanded(1)).to.equal(null);
    await expectError(run('close', '--index', '1', '--epoch', '1', '--attempt', '0'), 'no-demand');
  });

  it('--print makes the transactions for a payer that signs elsewhere', async () => {
    await post();
    const who = ['--print', '--json', '--keypair', demander.publicKey.toBase58()];
    const send = async (lines: string[]) => {
      const { transactions, effects } = JSON.parse(lines[0]!);
      for (const { transaction } of transactions) {
        const imported = VersionedTransaction.deserialize(Buffer.from(transaction, 'base64'));
        imported.sign([demander]);
        await test.chain.connection.sendTransaction(imported);
      }
      return effects[0];
    };
    expect(await send(await runBy(null, 'open', '--index', '1', ...who))).to.match(/stakes 0.01 SOL$/);
    expect((await demanded(1))!.demander).to.deep.equal(demander.publicKey);
    const shown = await send(await runBy(null, 'answer', '--oracle', oracle.url, ...who));
    expect(shown).to.equal('1 leaf shown of epoch 1, attempt 0: devices 1, for 0.01 SOL');
    expect(await demanded(1)).to.equal(null);
  });

  it('error: too late, no such device, nothing pending, another ledger, contradictory options', async () => {
    await expectError(run('open', '--index', '0'), 'nothing-pending');
    await post();
    await expectError(run('open', '--index', '2'), /no device 2: epoch 1 has devices 0 to 1/);
    await run('open', '--index', '0');
    oracle.parts.clear();
    await expectError(run('answer', '--oracle', oracle.url), 'not-found');
    await test.chain.passSeconds(POLICY.challengeSeconds);
    await expectError(run('open', '--index', '1'), /DemandTooLate.*challenge period of epoch 1 is half over/);
    for (const argv of [
      ['open'],
      ['close'],
      ['answer'],
      ['list', '--index', '1'],
      ['open', '--index', '1', '--epoch', '1', '--attempt', '0'],
      ['close', '--index', '1', '--epoch', '1'],
      ['open', '--index', '1', '--dataset', '/nowhere'],
      ['make'],
    ])
      await expectError(run(argv[0]!, ...argv.slice(1)), 'usage');
  });
});
