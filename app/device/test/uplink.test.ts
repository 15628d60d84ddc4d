import { expect } from 'chai';
import { Uplink } from '../src/uplink';
import { FakeClock, json, type Respond, type StubOracle, startOracle } from './support';

const batch = (size: number) =>
  Array.from({ length: size }, (_, i) => ({ report: `r${i}`, signature: `s${i}` }));
const refuse =
  (status: number, headers: Record<string, string> = {}): Respond =>
  (_, response) =>
    json(response, status, { error: { code: 'not-ready', message: 'later' } }, headers);
const cut: Respond = (_, __, request) => request.socket.destroy();

describe('uplink', () => {
  let first: StubOracle;
  let second: StubOracle;
  let clock: FakeClock;
  let uplink: Uplink;

  beforeEach(async () => {
    [first, second] = await Promise.all([startOracle(), startOracle()]);
    clock = new FakeClock(1_000_000);
    uplink = new Uplink([first.url, `${second.url}/`], { clock, random: () => 0 });
  });
  afterEach(() => Promise.all([first.close(), second.close()]));

  it('sends to the preferred oracle and returns its answers in order', async () => {
    second.next.push((_, response) =>
      json(response, 200, {
        epoch: 4,
        results: [
          { status: 'accepted' },
          { status: 'duplicate' },
          { status: 'rejected', code: 'too-old', reason: 'x' },
        ],
      }),
    );
    const deliveries = await uplink.deliver(batch(3), 7);
    expect(deliveries.map(({ answer }) => answer)).to.deep.equal([
      { status: 'accepted' },
      { status: 'duplicate' },
      { status: 'rejected', code: 'too-old', reason: 'x' },
    ]);
    expect(second.batches).to.deep.equal([{ reports: batch(3) }]);
    expect(first.batches).to.deep.equal([]);
  });

  const failures: [string, Respond][] = [
    ['is busy (503)', refuse(503)],
    ['breaks (500)', refuse(500)],
    ['does not know the path (404)', refuse(404)],
    ['hangs up', cut],
    ['answers with HTML', (_, response) => response.end('<html>')],
    ['answers fewer reports than were sent', (_, response) => json(response, 200, { epoch: 1, results: [] })],
    ['answers an unknown status', (_, response) => json(response, 200, { results: [{ status: 'paid' }] })],
    ['redirects', (_, response) => response.writeHead(307, { location: second.url }).end()],
  ];
  for (const [what, failure] of failures) {
    it(`uses the next oracle when one ${what}, and returns to it later`, async () => {
      first.next.push(failure);
      const [delivery] = await uplink.deliver(batch(1));
      expect(delivery).to.deep.equal({ answer: { status: 'accepted' }, oracle: second.url });
      expect(clock.slept).to.deep.equal([]);
      await clock.sleep(125);
      expect((await uplink.deliver(batch(1)))[0]?.oracle).to.equal(first.url);
    });
  }

  it('uses the next oracle when one never answers', async () => {
    first.next.push(() => undefined);
    uplink = new Uplink([first.url, second.url], { clock, random: () => 0, timeoutMs: 1_000 });
    expect((await uplink.deliver(batch(1)))[0]?.oracle).to.equal(second.url);
  });

  it('backs off longer after every failure when all are down, and loses nothing', async () => {
    first.next.push(refuse(503), refuse(503), cut);
    second.next.push(refuse(503), cut, refuse(500));
    const deliveries = await uplink.deliver(batch(2));
    expect(deliveries.map(({ answer }) => answer.status)).to.deep.equal(['accepted', 'accepted']);
    expect(clock.slept).to.deep.equal([125, 250, 500]);
  });

  it('waits as long as Retry-After says', async () => {
    first.next.push(refuse(429, { 'retry-after': '7' }));
    second.next.push(refuse(503, { 'retry-after': '9' }));
    const [delivery] = await uplink.deliver(batch(1));
    expect(delivery?.oracle).to.equal(first.url);
    expect(clock.slept).to.deep.equal([7_000]);
  });

  const unknown: Respond = (received, response) =>
    json(response, 200, {
      epoch: 1,
      results: received.reports.map(() => ({ status: 'rejected', code: 'unknown-device', reason: 'none' })),
    });
  const behind: Respond = (_, response) =>
    json(response, 503, { error: { code: 'registry-behind', message: 'not yet' } }, { 'retry-after': '10' });
  for (const [what, answer] of [
    ['unknown-device', unknown],
    ['registry-behind', behind],
  ] as const) {
    it(`${what}: tries again until the oracle has read the registration`, async () => {
      first.next.push(answer, answer, answer);
      second.next.push(answer, answer);
      const deliveries = await uplink.deliver(batch(1));
      expect(deliveries.map(({ answer: { status } }) => status)).to.deep.equal(['accepted']);
    });
    it(`${what}: is final after an hour`, async () => {
      const oracles = await Promise.all([startOracle(answer), startOracle(answer)]);
      const lasting = new Uplink(
        oracles.map(({ url }) => url),
        { clock, random: () => 0 },
      );
      const [delivery] = await lasting.deliver(batch(1));
      await Promise.all(oracles.map((oracle) => oracle.close()));
      expect(delivery!.answer).to.include({ status: 'rejected', code: 'unknown-device' });
      expect(clock.now()).to.be.within(1_000_000 + 3_600_000, 1_000_000 + 3_900_000);
    });
  }
  it('delivers the other reports of a batch with one of an unknown device', async () => {
    const picky: Respond = (received, response) =>
      received.reports.some(({ report }) => report === 'r2')
        ? behind(received, response, undefined as never)
        : json(response, 200, { epoch: 1, results: received.reports.map(() => ({ status: 'accepted' })) });
    const oracle = await startOracle(picky);
    const deliveries = await new Uplink([oracle.url], { clock, random: () => 0 }).deliver(batch(4));
    await oracle.close();
    expect(deliveries.map(({ answer: { status, code } }) => code ?? status)).to.deep.equal([
      'accepted',
      'accepted',
      'unknown-device',
      'accepted',
    ]);
  });

  it('counts concurrent failed requests as one failure', async () => {
    const down = new Uplink([first.url], { clock, random: () => 0 });
    const waiting: (() => void)[] = [];
    const together: Respond = (...exchange) => {
      waiting.push(() => refuse(503)(...exchange));
      if (waiting.length === 8) for (const answer of waiting) answer();
    };
    first.next.push(...Array.from({ length: 8 }, () => together));
    await Promise.all(Array.from({ length: 8 }, () => down.deliver(batch(1))));
    expect(Math.max(...clock.slept)).to.equal(125);
  });

  it('finds the one report that no oracle can read, and delivers the others', async () => {
    const picky: Respond = (received, response) =>
      received.reports.some(({ report }) => report === 'r5')
        ? json(response, 400, { error: { code: 'bad-schema', message: 'reports.5: no' } })
        : json(response, 200, { epoch: 1, results: received.reports.map(() => ({ status: 'accepted' })) });
    const oracles = await Promise.all([startOracle(picky), startOracle(picky)]);
    uplink = new Uplink(
      oracles.map(({ url }) => url),
      { clock },
    );
    const answers = (await uplink.deliver(batch(8))).map(({ answer }) => answer);
    await Promise.all(oracles.map((oracle) => oracle.close()));
    expect(answers.map(({ status }) => status)).to.deep.equal([
      ...Array.from({ length: 5 }, () => 'accepted'),
      'rejected',
      'accepted',
      'accepted',
    ]);
    expect(answers[5]).to.include({ code: 'bad-schema' });
  });

  it('stops at once when aborted', async () => {
    const stop = new AbortController();
    first.next.push(() => stop.abort(new Error('enough')));
    const outcome = await uplink.deliver(batch(1), 0, stop.signal).then(
      () => 'delivered',
      (error: Error) => error.message,
    );
    expect(outcome).to.equal('enough');
    expect(second.batches).to.deep.equal([]);
  });

  it('waits for at most 15 minutes, whatever Retry-After says', async () => {
    first.next.push(refuse(503, { 'retry-after': '999999999' }));
    second.next.push(refuse(503, { 'retry-after': '999999999' }));
    await uplink.deliver(batch(1));
    expect(clock.slept).to.deep.equal([900_000]);
  });
});
