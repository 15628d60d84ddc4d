import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { useTables } from './support/tables';

const PARTITION = 'bodies';
const KILOBYTE = 1024;

describe('oracle: items of DynamoDB', () => {
  const tables = useTables();
  /** By sort key. The last one is of reports' kind: what repeats, and what doesn't. */
  const bodies: Readonly<Record<string, Buffer>> = {
    a: Buffer.from([7]),
    b: Buffer.alloc(KILOBYTE - 1),
    c: Buffer.alloc(KILOBYTE),
    d: Buffer.alloc(300 * KILOBYTE),
    e: randomBytes(300 * KILOBYTE),
    f: Buffer.concat(
      Array.from({ length: 100 }, () => Buffer.concat([randomBytes(64), Buffer.alloc(126, 5)])),
    ),
  };

  it('have the bytes that were written, one by one, in a query and in a copy of the table', async () => {
    const store = await tables.create();
    for (const [sort, body] of Object.entries(bodies))
      expect(await store.insert(PARTITION, sort, body)).to.equal(true);
    for (const [sort, body] of Object.entries(bodies)) {
      const { body: read, version } = (await store.get(PARTITION, sort))!;
      expect(body.equals(read), sort).to.equal(true);
      expect(await store.replace(PARTITION, sort, version, body)).to.equal(true);
    }
    const copy = await tables.create();
    for await (const item of store.whole()) await copy.putWhole(item);
    const sorts: string[] = [];
    for await (const { sort, body, version } of copy.query(PARTITION)) {
      expect(bodies[sort]!.equals(body), sort).to.equal(true);
      expect(version).to.equal(2);
      sorts.push(sort);
    }
    expect(sorts).to.deep.equal(Object.keys(bodies));
  });

  it('are deflated if they are long and that makes them shorter: every KB costs', async () => {
    const store = await tables.create();
    for (const [sort, body] of Object.entries(bodies)) await store.insert(PARTITION, sort, body);
    const lengths: Record<string, number> = {};
    for (const { s, b, d } of await tables.items()) lengths[s!.S!] = (b?.B ?? d!.B!).length;
    const { a, b, c, d, e, f } = lengths;
    expect([a, b, e]).to.deep.equal([bodies.a!.length, bodies.b!.length, bodies.e!.length]);
    expect(c).to.be.below(100);
    expect(d).to.be.below(2 * KILOBYTE);
    expect(f).to.be.below(bodies.f!.length / 2);
  });
});
