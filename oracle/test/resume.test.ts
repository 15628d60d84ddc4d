import type { SignedReport } from '@commonwire/sdk/device';
import { expect } from 'chai';
import { ProcessNetwork } from './support/process-network';
import type { OracleProcess } from './support/processes';

describe('oracle processes on a chain', () => {
  let net: ProcessNetwork;
  let oracles: readonly OracleProcess[];

  before(async function () {
    this.timeout(60_000);
    // At other speeds night would fall on a busy machine before it is done.
    net = await ProcessNetwork.create({ speed: 1 });
    oracles = net.oracles;
    await Promise.all(oracles.map((oracle) => oracle.start()));
  });

  after(async () => {
    await Promise.all(oracles.map((oracle) => oracle.end('SIGKILL')));
  });

  it('pays owners on chain what their devices earned, although every oracle is killed', async function () {
    this.timeout(240_000);
    for (const oracle of oracles) await net.ready(oracle);
    const info = await oracles[0]!.client.network();
    const sent: SignedReport[] = [];
    for (let index = 0; index < 4; index++) {
      const signed = net.report(index, info);
      const { results } = await oracles[index % 3]!.client.submit([signed]);
      expect(results, JSON.stringify(results)).to.deep.equal([{ status: 'accepted' }]);
      sent.push(signed);
    }
    // Each is killed right after it has acknowledged, and again at an arbitrary point of the epoch.
    for (const oracle of oracles) {
      await oracle.end('SIGKILL');
      await oracle.start();
    }
    await net.until(
      'one of them signed',
      () => oracles.some((oracle) => oracle.events('signed').length > 0) || undefined,
    );
    for (const oracle of oracles) {
      await oracle.end('SIGKILL');
      await oracle.start();
    }
    await net.promoted(1);
    const { current } = await net.network.account();
    for (const oracle of oracles) {
      const { signatures } = await oracle.client.signatures(Number(current.epoch));
      expect(new Set(signatures.map(({ attempt }) => attempt)).size).to.equal(signatures.length);
    }
    // A log that a killed oracle published late counts in the next epoch, so not everything is earned before that.
    await net.until('every report counted', async () => {
      const lines = await net.counted(oracles[0]!);
      return sent.every(({ report }) => lines.has(report)) || undefined;
    });
    await net.until('all that was sent is paid', async () => {
      const account = await net.network.account();
      const lost = account.current.earnedTotal === 0n || account.totalPaid !== account.current.earnedTotal;
      return lost ? undefined : true;
    });
    const account = await net.network.account();
    const [a, b] = await Promise.all(net.owners.map((owner) => net.network.balance(owner.publicKey)));
    expect(a! + b!).to.equal(account.totalPaid);
    expect(account.totalPaid > 0n).to.equal(true);
    const again = await oracles[0]!.client.submit(sent.slice(0, 1));
    expect(['duplicate', 'accepted']).to.include(again.results[0]!.status);
  });

  it('stops cleanly when told to', async () => {
    const codes = await Promise.all(oracles.map((oracle) => oracle.end('SIGTERM')));
    expect(codes).to.deep.equal([0, 0, 0]);
  }).timeout(20_000);
});
