import type { CloseResult } from '@commonwire/oracle/domain';
import { toHex } from '@commonwire/sdk/core';
import { PROGRAM_ID } from '@commonwire/sdk/network';
import { expect } from 'chai';
import { AuditedNetwork } from '../../app/cli/test/audited-network';
import { networkInfo, ORACLE, ServedPage } from '../support/web/served-page';

describe('web application in a browser: audit', function () {
  this.timeout(240_000);
  let network: AuditedNetwork;
  let result: CloseResult;
  let served: ServedPage;
  /** Files that the oracle serves otherwise than published, by hash. */
  const altered = new Map<string, string>();

  before(async () => {
    network = await AuditedNetwork.create();
    await network.test.cut();
    result = await network.close([0, 1, 2].map((index) => network.report(index)));
    await network.post(result);
    await network.promote(result);
    const { address, mint, chain } = network.test;
    const told = { network: `${address}`, mint: `${mint}`, program: `${PROGRAM_ID}` };
    const rpc = chain.connection.rpcEndpoint;
    served = await ServedPage.open({ rpc, network: networkInfo(told) });
    await served.page.route(`${ORACLE}/v1/epochs/*/parts/*`, (route) => {
      const name = route.request().url().split('/').at(-1)!;
      const body = altered.get(name) ?? network.oracle.parts.get(name);
      const headers = { 'access-control-allow-origin': '*' };
      return body === undefined
        ? route.fulfill({ status: 404, headers, body: '{"error":{"code":"not-found","message":"none"}}' })
        : route.fulfill({ headers, body: Buffer.from(body) });
    });
  });
  after(async () => {
    await served?.close();
    await network?.oracle.close();
  });

  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    process.stderr.write(`${await found().innerText()}\n${served.errors.join('\n')}\n`);
  });

  const found = () => served.page.locator('#audited');
  const recompute = () => served.page.getByRole('button', { name: 'Recompute' }).click();

  it('recomputes an epoch and a device’s pay in a worker, from the dataset and the chain', async () => {
    const { page } = served;
    await served.goTo('/audit');
    await page.getByLabel('Device (optional)').fill('1');
    await recompute();
    await found().getByText('Everything holds').waitFor();
    expect(await found().locator('.checks .bad').count()).to.equal(0);
    expect(new URL(page.url()).hash).to.equal('#/audit/1/1');
    const codes = await found().locator('#verdict .facts code').all();
    const hashes = await Promise.all(codes.map((code) => code.getAttribute('title')));
    expect(hashes).to.deep.equal([result.datasetHash, toHex(result.ledgerRoot)]);
    const device = found().locator('#audited-device');
    const reward = device.locator('.facts > div', { hasText: /^Reward/ }).locator('dd');
    expect(BigInt(Math.round(Number(await reward.innerText()) * 1e6))).to.equal(result.rewards[1]!.reward);
    expect(await device.locator('tbody tr').count()).to.equal(1);
    expect(await served.faults()).to.deep.equal([]);
    expect(await served.overflow()).to.equal(0);
    await served.picture('audit-page');
  });

  it('says what doesn’t hold if an oracle lies, and where', async () => {
    const { sha256 } = result.manifest.parts.rewards[0]!;
    const honest = Buffer.from(network.oracle.parts.get(sha256)!).toString();
    altered.set(sha256, honest.replace('"earned":"', '"earned":"9'));
    await recompute();
    await found().getByText('It does NOT hold').waitFor();
    await found().getByText('Recomputed to the byte: DOES NOT HOLD').waitFor();
    const fact = (name: string) =>
      found().locator('#difference .facts > div', { hasText: name }).locator('dd').innerText();
    expect(await fact('File')).to.equal('rewards');
    expect(await fact('Field')).to.equal('earned');
    expect(await fact('Published')).to.equal(`"9${result.rewards[0]!.earned}"`);
    expect(await fact('Correct')).to.equal(`"${result.rewards[0]!.earned}"`);
    expect(await served.faults()).to.deep.equal([]);
    altered.clear();
  });

  it('says what is missing, and what the chain doesn’t have', async () => {
    await served.page.getByRole('textbox', { name: 'Epoch' }).fill('7');
    await recompute();
    await found().getByText('The audit could not be finished: epoch 7 of network').waitFor();
    await served.page.route(`${network.test.chain.connection.rpcEndpoint}/**`, (route) => route.abort());
    await recompute();
    await found().getByText("can't be reached").waitFor();
    await served.page.unroute(`${network.test.chain.connection.rpcEndpoint}/**`);
  });

  it('speaks German, in the dark too', async () => {
    await served.page.emulateMedia({ colorScheme: 'dark' });
    await served.page.getByLabel('Language').selectOption('de');
    await served.page.getByRole('textbox', { name: 'Epoche', exact: true }).fill('1');
    await served.page.getByRole('button', { name: 'Nachrechnen' }).click();
    await found().getByText('Alles stimmt').waitFor();
    expect(await served.faults()).to.deep.equal([]);
    expect(served.errors).to.deep.equal([]);
  });
});
