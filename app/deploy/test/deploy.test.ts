import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendAndConfirm, type TransactionFailed } from '@commonwire/sdk/core';
import { prebuilt } from '@commonwire/toolchain/prebuilt';
import { type Connection, Keypair, SystemProgram, TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import {
  expectError,
  fund,
  nextSlot,
  refusalOf,
  type TestChain,
  WRONG_PROGRAM,
} from '../../../tests/support/chain';
import { networkChain } from '../../../tests/support/network';
import { totalOf } from '../src/costs';
import { readBuffer, readProgram } from '../src/loader/accounts';
import { fillBuffer, findBuffer } from '../src/loader/buffer';
import { CHUNK_BYTES, type Progress } from '../src/loader/chunks';
import {
  type DeployOptions,
  deployProgram,
  planDeployment,
  prepareUpgrade,
  sha256,
} from '../src/loader/deploy';

const BINARY = readFileSync(prebuilt('network'));
/** Makes another binary with the same behaviour: bytes after the last section aren't loaded. */
const LARGER = Buffer.concat([BINARY, Buffer.alloc(20_000, 7)]);
const CHUNKS = Math.ceil(BINARY.length / CHUNK_BYTES);

describe('deploying a program', () => {
  let chain: TestChain;
  let payer: Keypair;
  let folder: string;
  let options: DeployOptions & { programKeypair: Keypair };

  before(async () => {
    chain = await networkChain();
  });
  beforeEach(async () => {
    payer = await fund(chain.connection, 10);
    folder = mkdtempSync(join(tmpdir(), 'commonwire-deploy-'));
    const programKeypair = Keypair.generate();
    const { connection } = chain;
    options = {
      connection,
      payer,
      program: programKeypair.publicKey,
      programKeypair,
      bytes: BINARY,
      folder,
    };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('deploys exactly the file as an executable, and deletes the buffer key', async () => {
    const seen: Progress[] = [];
    const deployment = await deployProgram({ ...options, onProgress: (progress) => seen.push(progress) });
    expect(deployment).to.deep.include({ action: 'deployed', sha256: sha256(BINARY) });
    expect(deployment.upgradeAuthority?.equals(payer.publicKey)).to.equal(true);
    const there = await readProgram(chain.connection, options.program);
    expect(Buffer.from(there!.bytes).equals(BINARY)).to.equal(true);
    expect(seen.at(-1)).to.deep.equal({ written: CHUNKS, total: CHUNKS });
    expect(readdirSync(folder)).to.deep.equal([]);
    const rent = await chain.connection.getMinimumBalanceForRentExemption(BINARY.length + 45);
    expect(deployment.cost).to.be.within(rent, rent + 3_000_000);
    await nextSlot(chain.connection);
    await expectRuns(options);
  });

  for (const [what, lamports] of [
    ['a little SOL', 1_000_000],
    ['more SOL than its rent', 50_000_000],
  ] as const)
    it(`deploys to an address to which somebody has sent ${what}`, async () => {
      const { connection } = chain;
      const gift = { fromPubkey: payer.publicKey, toPubkey: options.program, lamports };
      await sendAndConfirm(connection, payer, [SystemProgram.transfer(gift)]);
      expect((await deployProgram(options)).action).to.equal('deployed');
      await nextSlot(connection);
      await expectRuns(options);
    });

  it('says what it is going to spend, at most, and nothing once the program is there', async () => {
    const plan = await planDeployment(options);
    expect(plan.action).to.equal('deployed');
    const { cost } = await deployProgram(options);
    const fees = plan.costs.at(-1)!.lamports;
    expect(cost).to.be.within(totalOf(plan) - fees, totalOf(plan));
    expect(await planDeployment(options)).to.deep.include({ action: 'unchanged', costs: [], returned: 0 });
    await nextSlot(chain.connection);
    const larger = await planDeployment({ ...options, bytes: LARGER });
    expect(larger.costs[0]).to.include({ what: 'more program data' });
    expect(larger.returned).to.be.greaterThan(0);
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it('does nothing if the same bytes are already deployed', async () => {
    await deployProgram(options);
    const again = await deployProgram(options);
    expect(again).to.deep.include({ action: 'unchanged', signature: null, cost: 0 });
  });

  it('upgrades without the program key, to a larger binary and back', async () => {
    await deployProgram(options);
    const { programKeypair: _, ...withoutKey } = options;
    await nextSlot(chain.connection);
    expect((await deployProgram({ ...withoutKey, bytes: LARGER })).action).to.equal('upgraded');
    await nextSlot(chain.connection);
    expect((await deployProgram(withoutKey)).sha256).to.equal(sha256(BINARY));
    await nextSlot(chain.connection);
    await expectRuns(options);
  });

  it('resumes a partly written buffer and sends only the missing chunks', async () => {
    let allowed = 40;
    const dying = Object.create(chain.connection, {
      sendRawTransaction: {
        value: (...args: Parameters<Connection['sendRawTransaction']>) => {
          if (allowed === 0) return Promise.reject(new Error('the node is gone'));
          allowed -= 1;
          return chain.connection.sendRawTransaction(...args);
        },
      },
    }) as Connection;
    await expectError(deployProgram({ ...options, connection: dying }), 'write-failed');

    const progress: Progress[] = [];
    const resumed: boolean[] = [];
    await deployProgram({
      ...options,
      onBuffer: (_, again) => resumed.push(again),
      onProgress: (at) => progress.push(at),
    });
    expect(resumed).to.deep.equal([true]);
    expect(progress[0]!.written).to.be.greaterThan(38);
    expect(progress.at(-1)).to.deep.equal({ written: CHUNKS, total: CHUNKS });
  }).timeout(60_000);

  it('starts over, and gets the rent back, if the length of the binary has changed', async () => {
    const open = await findBuffer(options);
    await fillBuffer(open, { ...options, bytes: BINARY.subarray(0, 5_000) });
    await deployProgram(options);
    expect(await readBuffer(chain.connection, open.key.publicKey)).to.equal(null);
  });

  it('changes the authority, after which only the new one can upgrade', async () => {
    const governance = Keypair.generate();
    const deployment = await deployProgram({ ...options, upgradeAuthority: governance.publicKey });
    expect(deployment.upgradeAuthority?.equals(governance.publicKey)).to.equal(true);
    const there = await readProgram(chain.connection, options.program);
    expect(there?.upgradeAuthority?.equals(governance.publicKey)).to.equal(true);

    const bytes = Buffer.from(BINARY);
    bytes[bytes.length - 1]! ^= 1;
    await expectError(deployProgram({ ...options, bytes }), 'not-upgrade-authority');
    const buffer = await prepareUpgrade({ ...options, bytes });
    const prepared = await readBuffer(chain.connection, buffer);
    expect(prepared?.authority?.equals(governance.publicKey)).to.equal(true);
    expect(Buffer.from(prepared!.bytes).equals(bytes)).to.equal(true);
  });

  it('error: a key that is not the upgrade authority, naming the right one', async () => {
    await deployProgram(options);
    const stranger = await fund(chain.connection, 10);
    const attempt = deployProgram({ ...options, payer: stranger, bytes: LARGER });
    await expectError(
      attempt,
      new RegExp(`upgrade authority of .* is ${payer.publicKey}.*${stranger.publicKey}.*--keypair`),
    );
  });

  it('error: too little SOL, with the missing amount, before anything is sent', async () => {
    const poor = await fund(chain.connection, 0.25);
    await expectError(deployProgram({ ...options, payer: poor }), /has 0\.25 SOL.*SOL are missing/);
    expect(await chain.connection.getBalance(poor.publicKey)).to.equal(250_000_000);
  });

  it('error: a first deployment without the program key', async () => {
    const { programKeypair: _, ...withoutKey } = options;
    await expectError(deployProgram(withoutKey), 'no-program-key');
  });

  it('error: a file that is not a program', async () => {
    await expectError(deployProgram({ ...options, bytes: randomBytes(2_000) }), 'bad-binary');
  });

  it("error: the address of a wallet or of another program's account", async () => {
    const { connection } = chain;
    const token = (await connection.getParsedAccountInfo(payer.publicKey)).value!.owner;
    await expectError(deployProgram({ ...options, program: token }), 'not-a-program');
  });

  it('error: the interrupted upload belongs to another payer', async () => {
    await fillBuffer(await findBuffer(options), { ...options, bytes: BINARY.subarray(0, 2_000) });
    const other = await fund(chain.connection, 10);
    await expectError(deployProgram({ ...options, payer: other }), 'buffer-of-another');
  });
});

/** Checks that the program answers, even if only by refusing an address that it wasn't built for. */
async function expectRuns({ connection, payer, program }: DeployOptions): Promise<void> {
  const unknown = new TransactionInstruction({ programId: program, keys: [], data: Buffer.alloc(8, 255) });
  const failed = await sendAndConfirm(connection, payer, [unknown]).then(
    () => expect.fail('the program ran at an address that is not its own'),
    (error: TransactionFailed) => error,
  );
  expect(refusalOf(failed)).to.equal(WRONG_PROGRAM);
  expect(failed.logs.join('\n')).to.match(new RegExp(`Program ${program} consumed [1-9]`));
}
