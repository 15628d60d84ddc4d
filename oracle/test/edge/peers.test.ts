import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import { sha256, toHex } from '@commonwire/sdk/core';
import type { OracleClient, OracleRequestError } from '@commonwire/sdk/oracle';
import { expect } from 'chai';
import { Peers } from '../../src/log/peers';
import { committee } from '../domain/support';

const TIMEOUT_MS = 400;
/** How long an answer may keep this process from anything else, on a machine that is busy. */
const MOST_BLOCKED_MS = 1_500;
const PATIENT_MS = 10_000;
const MIB = 1024 * 1024;

/** A peer that answers as a test says. */
class HostilePeer {
  requests = 0;
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(
    answer: (response: ServerResponse, path: string, nth: number) => void,
  ): Promise<HostilePeer> {
    const server = createServer((request, response) => {
      peer.requests++;
      answer(response, request.url ?? '', peer.requests);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const peer = new HostilePeer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return peer;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

describe('a hostile peer', () => {
  const started: HostilePeer[] = [];
  afterEach(() => Promise.all(started.splice(0).map((peer) => peer.stop())));

  async function start(answer: Parameters<typeof HostilePeer.start>[0]): Promise<HostilePeer> {
    const peer = await HostilePeer.start(answer);
    started.push(peer);
    return peer;
  }
  const peersAt = (...hostile: HostilePeer[]) =>
    new Peers(
      hostile.map(({ url }) => url),
      TIMEOUT_MS,
    );
  const patient = ({ url }: HostilePeer) => new Peers([url], PATIENT_MS).at(url);
  const codeOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'an answer',
      (error: OracleRequestError) => error.code,
    );
  /** Asks, and fails if that keeps the process from anything else for long. */
  async function promptly<T>(work: () => Promise<T>): Promise<T> {
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    const result = await work();
    delay.disable();
    expect(delay.max / 1e6, 'ms').to.be.below(MOST_BLOCKED_MS);
    return result;
  }

  const asks: Record<string, (peer: OracleClient) => Promise<unknown>> = {
    health: (peer) => peer.health(),
    network: (peer) => peer.network(),
    signatures: (peer) => peer.signatures(1),
    log: (peer) => peer.log(1),
    epoch: (peer) => peer.epoch(1),
  };
  /** Texts that a parser or a schema would need seconds for, and what a short one of them is called. */
  const texts: Record<string, [make: (bytes: number) => string, code: string]> = {
    brackets: [(bytes) => '['.repeat(bytes), 'too-complex'],
    'objects in objects': [(bytes) => '{"a":'.repeat(bytes / 5), 'too-complex'],
    'numbers without end': [(bytes) => `{"entries":[${'0,'.repeat(bytes / 2)}0]}`, 'too-complex'],
    'empty objects': [(bytes) => `{"entries":[${'{},'.repeat(100_000)}{}]}`.padEnd(bytes), 'bad-answer'],
  };
  for (const [name, [make, code]] of Object.entries(texts))
    it(`answers with ${name}: that is refused before it costs anything`, async () => {
      let text = make(2 * MIB);
      const hostile = await start((response) => response.end(text));
      for (const [what, ask] of Object.entries(asks)) {
        const answer = await promptly(() => codeOf(ask(patient(hostile))));
        expect([code, 'too-large'], what).to.include(answer);
      }
      text = make(15 * MIB);
      for (const [what, ask] of Object.entries(asks))
        expect(await promptly(() => codeOf(ask(patient(hostile)))), what).to.equal('too-large');
    });

  it('answers with a bomb of gzip: it is unpacked only up to what an answer may have', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MIB, '['));
    const hostile = await start((response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(bomb);
    });
    const peer = patient(hostile);
    expect(await promptly(() => codeOf(peer.part(1, '0'.repeat(64))))).to.equal('too-large');
    expect(await promptly(() => codeOf(peer.health()))).to.equal('too-large');
  });

  it('redirects to somewhere else: nobody goes there', async () => {
    const target = await start((response) => response.end('{}'));
    const hostile = await start((response) => {
      response.writeHead(302, { location: target.url });
      response.end();
    });
    expect(await codeOf(peersAt(hostile).at(hostile.url).health())).to.equal('unreachable');
    expect(target.requests).to.equal(0);
  });

  const silences: Record<string, (response: ServerResponse) => void> = {
    'never answers': () => undefined,
    trickles: (response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(timer));
    },
  };
  for (const [name, answer] of Object.entries(silences))
    it(`${name}: it is not asked again for a while, and the others are`, async () => {
      const hostile = await start(answer);
      const honest = await start((response, path) => response.end(path));
      const peers = peersAt(hostile, honest);
      const part = () => peers.firstOf(undefined, (peer) => peer.part(1, 'a'));
      for (let i = 0; i < 3; i++) expect(await part()).to.have.length('/v1/epochs/1/parts/a'.length);
      expect(hostile.requests).to.equal(3);
      const begun = performance.now();
      for (let i = 0; i < 5; i++) expect(await part()).to.not.equal(undefined);
      expect(performance.now() - begun).to.be.below(TIMEOUT_MS);
      expect(hostile.requests).to.equal(3);
      expect(await codeOf(peers.at(hostile.url).health())).to.equal('backing-off');
      // It is asked again later, and then not for twice as long.
      while ((await codeOf(peers.at(hostile.url).health())) === 'backing-off')
        await new Promise((resolve) => setTimeout(resolve, 50));
      expect(hostile.requests).to.equal(4);
      expect(await codeOf(peers.at(hostile.url).health())).to.equal('backing-off');
    });

  it('answers with other bytes than were asked for: it is not asked again for a while, and the others are', async () => {
    const hostile = await start((response) => response.end('forged'));
    const honest = await start((response) => response.end('right'));
    const peers = peersAt(hostile, honest);
    const asked = { epoch: 1, sha256: toHex(sha256(Buffer.from('right'))) };
    for (let i = 0; i < 6; i++)
      expect(Buffer.from((await peers.part(undefined, asked))!).toString()).to.equal('right');
    expect(hostile.requests).to.equal(3);
    expect(honest.requests).to.equal(6);
    expect(await codeOf(peers.at(hostile.url).health())).to.equal('backing-off');
  });

  it('does not tell its key: nobody waits for it to ask another peer first', async () => {
    const hostile = await start(() => undefined);
    const known = await start((response) =>
      response.end(JSON.stringify({ status: 'ok', oracle: committee[0], time: 1, collecting: 1 })),
    );
    const begun = performance.now();
    const [first] = await peersAt(hostile, known).inOrder(committee[0]);
    expect(first!.url).to.equal(known.url);
    expect(performance.now() - begun).to.be.below(TIMEOUT_MS);
  });

  it('is only busy: it is asked again when it says', async () => {
    const busy = await start((response, path, nth) => {
      if (nth > 2) response.end(path);
      else {
        response.writeHead(nth === 1 ? 429 : 503, { 'retry-after': '1' });
        response.end(
          JSON.stringify({ error: { code: nth === 1 ? 'too-many-requests' : 'busy', message: '' } }),
        );
      }
    });
    expect(await peersAt(busy).at(busy.url).part(1, 'a')).to.have.length(20);
    expect(busy.requests).to.equal(3);
  });
});
