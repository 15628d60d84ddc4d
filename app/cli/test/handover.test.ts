import { TOKEN_2022_PROGRAM_ID } from '@commonwire/sdk/core';
import { fetchOwnerRecord, type LedgerEntry, pause, postEpoch } from '@commonwire/sdk/network';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError, fund } from '../../../tests/support/chain';
import { networkChain, TestNetwork } from '../../../tests/support/network';
import { retire } from '../src/commands/retire';
import { transfer } from '../src/commands/transfer';
import { Files } from './files';
import { PublishingOracle } from './publishing-oracle';

describe('commonwire transfer and retire', () => {
  let network: TestNetwork;
  let oracle: PublishingOracle;
  let files: Files;
  let owner: Keypair;
  const buyer = Keypair.generate().publicKey;

  beforeEach(async () => {
    oracle = await PublishingOracle.start();
    files = new Files();
    owner = await fund((await networkChain()).connection, 1);
    await create();
  });
  afterEach(async () => {
    files.remove();
    await oracle.close();
  });

  const create = async (options: Parameters<typeof TestNetwork.create>[1] = {}) => {
    network = await TestNetwork.create(await networkChain(), options);
    await network.register([owner, owner, owner]);
  };
  const ledger = (...earned: bigint[]): LedgerEntry[] =>
    earned.map((amount) => ({ owner: owner.publicKey.toBytes(), earned: amount }));
  const promote = async (entries: readonly LedgerEntry[]) => {
    await network.cut();
    const message = await network.message(entries, { datasetHash: oracle.publish(entries) });
    await network.send(postEpoch(network.address, network.sign(message)));
    await network.promote();
  };
  const run = async (command: typeof transfer, device: number, ...more: string[]) => {
    const lines: string[] = [];
    const { connection } = network.chain;
    const where = ['--url', connection.rpcEndpoint, '--network', network.address.toBase58()];
    const argv = [...where, '--oracle', oracle.url, '--device', `${device}`, '--keypair', files.key(owner)];
    const status = await command.run([...argv, ...more], (line) => lines.push(line));
    expect(status).to.equal(0);
    return lines;
  };
  const sell = (device: number, ...more: string[]) =>
    run(transfer, device, '--to', buyer.toBase58(), ...more);
  const record = (index: number) =>
    fetchOwnerRecord(network.chain.connection, { network: network.address, index });

  it('pays the old owner first, then transfers the device and shows the first epoch', async () => {
    await promote(
      ledger(100n, 2_000_000n, 0n).map((entry, i) => (i === 1 ? { ...entry, earned: 900n } : entry)),
    );
    const lines = await sell(1);
    expect(lines[0]).to.equal(`device       1 earns for ${buyer} from epoch 3 on`);
    expect(lines[1]).to.equal(`paid         0.0009 to ${owner.publicKey} first`);
    expect(lines.at(-1)).to.include(`--owner ${buyer}`);
    expect(await network.balance(owner.publicKey)).to.equal(900n);
    expect(await record(1)).to.deep.include({ owner: buyer, effectiveEpoch: 3n, retired: false });
  });

  it('pays only what is due, with JSON output', async () => {
    await promote(ledger(100n, 0n, 0n));
    const [first] = (await sell(0, '--json')).map((line) => JSON.parse(line));
    expect(first).to.deep.include({
      network: network.address.toBase58(),
      device: 0,
      owner: owner.publicKey.toBase58(),
      new_owner: buyer.toBase58(),
      retired: false,
      effective_epoch: 3,
      settled: '100',
    });
    expect(JSON.parse((await sell(1, '--json'))[0]!).settled).to.equal('0');
  });

  it('retires a device, also with Token-2022 rewards', async () => {
    await create({ tokenProgram: TOKEN_2022_PROGRAM_ID });
    await promote(ledger(100n, 50n, 0n));
    const lines = await run(retire, 1);
    expect(lines[0]).to.equal('device       1 is retired: it earns nothing from epoch 3 on');
    expect(await network.balance(owner.publicKey)).to.equal(50n);
    expect(await record(1)).to.deep.include({ owner: owner.publicKey, retired: true });
    await expectError(run(retire, 1), 'retired');
    await expectError(sell(1), 'retired');
  });

  it("error: somebody else's device, an outstanding transfer, or a device in no ledger", async () => {
    await expectError(sell(0), 'not-promoted');
    const stranger = Keypair.generate().publicKey.toBytes();
    await promote(ledger(1n, 1n, 1n).map((entry, i) => (i === 2 ? { ...entry, owner: stranger } : entry)));
    await expectError(sell(3), 'not-in-ledger');
    await expectError(sell(2), 'not-owner');
    await sell(0);
    await expectError(sell(0), /goes to .* with epoch 3, but the current one is 1/);
    await expectError(run(retire, 0), 'outstanding');
  });

  it('error: a dataset that does not match the chain', async () => {
    const entries = ledger(1n, 1n, 1n);
    await promote(entries);
    for (const [hash, bytes] of oracle.parts)
      oracle.parts.set(
        hash,
        Buffer.from(Buffer.from(bytes).toString().replace('"earned":"1"', '"earned":"9"')),
      );
    await expectError(sell(0), 'ledger-differs');
    expect(await record(0)).to.equal(null);
  });

  it('error: the device cannot be paid now, unless --leave-unpaid is given', async () => {
    await promote(ledger(100n, 50n, 0n));
    const { address, authority } = network;
    await network.send(pause({ network: address, guard: authority.publicKey }), [authority]);
    await expectError(sell(0), /0.0001 are due to device 0: .*--leave-unpaid/);
    expect(await record(0)).to.equal(null);
    await sell(0, '--leave-unpaid');
    expect((await record(0))!.owner).to.deep.equal(buyer);
  });

  it('error: the payout limit allows less than is due; the rest is paid in a later window', async () => {
    const policy = { payoutLimit: 1_250n, payoutWindowSeconds: 2, deviceEpochCap: 1_000n };
    await create({ policy, emission: { epochCap: 1_000n } });
    await promote(ledger(1_000n, 0n, 0n));
    await promote(ledger(1_900n, 0n, 0n));
    await expectError(sell(0), /0.0019 are due to device 0: the payout limit allowed only 0.00125/);
    expect(await record(0)).to.equal(null);
    await network.chain.passSeconds(2);
    await sell(0);
    expect(await network.balance(owner.publicKey)).to.equal(1_900n);
  });

  it('error: wrong usage', async () => {
    await expectError(run(transfer, 0), 'usage');
    await expectError(run(transfer, 0, '--to', 'nobody'), 'usage');
    await expectError(run(retire, 0, '--to', buyer.toBase58()), 'usage');
  });
});
