import { readdir, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { encodeReport } from '@commonwire/sdk/device';
import { MAX_BATCH_BYTES, OracleRequestError } from '@commonwire/sdk/oracle';
import { expect } from 'chai';
import { routeKey, routes } from '../src/api/routes';
import { sync } from '../src/tasks/sync';
import { devices, identity, makeDevice, makeReport, NOON, sign, signed } from './domain/support';
import { storedReports } from './support/stored';
import { World } from './support/world';

describe('oracle: ingest', () => {
  let world: World;
  before(async () => {
    world = await new World().start();
    await sync(world.at(0).oracle);
  });
  after(() => world.stop());

  const stored = async () => {
    const { oracle } = world.at(0);
    return storedReports(oracle.store, oracle.address, 1);
  };
  const post = (
    body: string | Buffer,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ) => fetch(`${world.at(0).server.url}/v1/reports`, { method: 'POST', body, headers });
  const refusal = async (response: Response) => {
    const { error } = (await response.json()) as { error: { code: string } };
    return [response.status, error.code];
  };

  it('stores accepted reports before it answers, and recognizes them when sent again', async () => {
    const report = signed(world.devices[0]!);
    const { client } = world.at(0);
    expect((await client.submit([report])).results).to.deep.equal([{ status: 'accepted' }]);
    expect(await stored()).to.deep.equal([report]);
    const again = await client.submit([report, signed(world.devices[1]!), report]);
    expect(again.results.map(({ status }) => status)).to.deep.equal(['duplicate', 'accepted', 'duplicate']);
    expect(await stored()).to.have.length(2);
  });

  it('judges each report of a partly bad batch', async () => {
    const before = (await stored()).length;
    const [device] = devices(1) as [ReturnType<typeof makeDevice>];
    const good = signed(device, { start: NOON + 900 });
    const cases: [string, { report: string; signature: string }][] = [
      [
        'bad-signature',
        { ...good, signature: sign(makeDevice(1), encodeReport(makeReport(device))).signature },
      ],
      ['start-in-future', signed(device, { start: NOON + 86_400 })],
      ['too-old', signed(device, { start: NOON - 3 * 86_400 })],
      ['bad-network', signed(device, { network: identity.program })],
      ['wrong-owner', signed(device, { owner: identity.program })],
      ['bad-encoding', { report: '%%%', signature: good.signature }],
      ['oversized', { report: Buffer.alloc(1000).toString('base64'), signature: good.signature }],
      ['bad-encoding', { ...good, signature: '*' }],
    ];
    const batch = cases.flatMap(([, report]) => [report]);
    const { results } = await world.at(0).client.submit([...batch, good]);
    expect(results.slice(0, -1).map(({ code }) => code)).to.deep.equal(cases.map(([code]) => code));
    expect(results.at(-1)).to.deep.equal({ status: 'accepted' });
    expect(await stored()).to.have.length(before + 1);
    const { refused } = await world.at(0).client.device(0);
    expect(refused.map(({ code }) => code)).to.include('bad-signature');
  });

  it('registry-behind: asks to retry for a device beyond its registry, and stores the rest of the batch', async () => {
    const before = (await stored()).length;
    const good = signed(world.devices[0]!, { start: NOON + 1800 });
    const response = await post(JSON.stringify({ reports: [good, signed(makeDevice(4000))] }));
    expect(Number(response.headers.get('retry-after'))).to.be.within(1, 60);
    expect(await refusal(response)).to.deep.equal([503, 'registry-behind']);
    expect(await stored()).to.have.length(before + 1);
    const { results } = await world.at(0).client.submit([good]);
    expect(results.map(({ status }) => status)).to.deep.equal(['duplicate']);
  });

  it('stores a signed report that breaks a rule of its kind, and returns why it does not count', async () => {
    const before = (await stored()).length;
    const { results } = await world.at(0).client.submit([signed(world.devices[2]!, { value: 1_000_000n })]);
    expect(results[0]).to.include({ status: 'rejected', code: 'above-capacity' });
    expect(await stored()).to.have.length(before + 1);
  });

  it('refuses invalid batches with a stable code and stores nothing', async () => {
    const before = (await stored()).length;
    const good = signed(world.devices[3]!);
    const batch = (count: number) => JSON.stringify({ reports: Array(count).fill(good) });
    expect(await refusal(await post('{"reports":['))).to.deep.equal([400, 'malformed-json']);
    expect(await refusal(await post(Buffer.from([0xff, 0xfe, 0])))).to.deep.equal([400, 'malformed-json']);
    expect(await refusal(await post(''))).to.deep.equal([400, 'malformed-json']);
    expect(await refusal(await post('null'))).to.deep.equal([400, 'bad-schema']);
    expect(await refusal(await post('{"reports":[]}'))).to.deep.equal([400, 'bad-schema']);
    expect(await refusal(await post(batch(101)))).to.deep.equal([400, 'bad-schema']);
    expect(await refusal(await post(JSON.stringify({ reports: [good, { report: 1 }] })))).to.deep.equal([
      400,
      'bad-schema',
    ]);
    expect(await refusal(await post(batch(1), { 'content-type': 'text/plain' }))).to.deep.equal([
      415,
      'unsupported-media-type',
    ]);
    expect(await refusal(await post(Buffer.alloc(MAX_BATCH_BYTES + 1, 32)))).to.deep.equal([
      413,
      'too-large',
    ]);
    expect(await stored()).to.have.length(before);
  });

  it('answers unknown paths, methods and parameters with an error and never crashes', async () => {
    const { url } = world.at(0).server;
    const ask = async (path: string, method = 'GET') => refusal(await fetch(url + path, { method }));
    expect(await ask('/nowhere')).to.deep.equal([404, 'not-found']);
    expect(await ask('/v1/reports')).to.deep.equal([405, 'method-not-allowed']);
    expect(await ask('/v1/network', 'DELETE')).to.deep.equal([405, 'method-not-allowed']);
    for (const [path, allowed] of [
      ['/v1/reports', 'POST'],
      ['/v1/network', 'GET, HEAD'],
    ])
      expect((await fetch(url + path, { method: 'DELETE' })).headers.get('allow')).to.equal(allowed);
    expect(await ask('/v1/devices/-1')).to.deep.equal([400, 'bad-parameter']);
    expect(await ask('/v1/devices/99999999999')).to.deep.equal([400, 'bad-parameter']);
    expect(await ask('/v1/devices/4000')).to.deep.equal([404, 'not-found']);
    expect(await ask(`/v1/owners/${'1'.repeat(40)}`)).to.deep.equal([400, 'bad-parameter']);
    expect(await ask('/v1/logs/1?oracle=nobody')).to.deep.equal([400, 'bad-parameter']);
    expect(await ask('/v1/epochs/99')).to.deep.equal([404, 'not-found']);
    expect(await ask(`/v1/epochs/1/parts/${'0'.repeat(64)}`)).to.deep.equal([404, 'not-found']);
    expect(await ask('/v1/epochs/1/parts/..%2f..%2fetc')).to.deep.equal([400, 'bad-parameter']);
    expect(await ask('/v1/settlements/0')).to.deep.equal([503, 'not-ready']);
    expect(await rawStatus(url, '//:')).to.equal(400);
  });

  it('refuses reports before it has read the network', async () => {
    const failure = await world
      .at(1)
      .client.submit([signed(world.devices[0]!)])
      .catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(OracleRequestError);
    expect(failure).to.include({ code: 'not-ready', status: 503, retryAfter: 2 });
  });

  it('describes itself in OpenAPI: every route, and every error that its code has, which the documentation lists', async () => {
    const document = (await (await fetch(`${world.at(0).server.url}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { responses: Record<string, { content?: object }> }>>;
    };
    expect(document.openapi).to.equal('3.1.0');
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described).to.have.members(Object.values(routes).map(routeKey));
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    for (const { responses } of operations)
      expect(Object.keys(responses)).to.include.members(['200', '400', '408', '429', '431', '500', '503']);
    const text = JSON.stringify(operations);
    const folder = join(__dirname, '../src');
    const files = (await readdir(folder, { recursive: true })).filter((name) =>
      /^(api|edge|functions)\/.*\.ts$/.test(name),
    );
    const codes = new Set(['internal', 'timeout', 'not-ready', 'registry-behind', 'store-unavailable']);
    for (const name of files)
      for (const [, code] of (await readFile(join(folder, name), 'utf8')).matchAll(
        /(?:badRequest|OracleError)\(\s*'([a-z-]+)'/g,
      ))
        codes.add(code!);
    const documentation = await readFile(join(__dirname, '../../docs/oracle.md'), 'utf8');
    /** What no client of an operation gets: the connection is closed, or there is no such operation. */
    const unseen = ['client-gone', 'slow-reader', 'port-in-use', 'method-not-allowed'];
    for (const code of codes) {
      if (!unseen.includes(code)) expect(text, code).to.include(`"${code}"`);
      if (code !== 'port-in-use') expect(documentation, code).to.include(`\`${code}\``);
    }
  });
});

/** Returns the status of a request whose target no URL class would produce. */
function rawStatus(url: string, target: string): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path: target }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end();
  });
}
