import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { OracleClient } from '@commonwire/sdk/oracle';
import { expect } from 'chai';
import { RawConnection } from '../support/sockets';
import type { SmallOracle } from './small-oracle';

/** Far less than what the attackers ask for. */
const HEAP_MB = 128;
/** What the process may take above what it had before an attack: a few answers and the buffers of its connections. */
const MOST_GROWTH = 160 * 1024 * 1024;
const PIPELINE_BYTES = 36 * 1024;
const SLOW_READERS = 150;
/** In which an honest client must be answered while others attack. */
const PROMPT_MS = 5_000;

describe('the memory of an oracle that is attacked over HTTP', function () {
  this.timeout(30_000);
  let child: ChildProcess;
  let small: SmallOracle;
  let client: OracleClient;

  before(async () => {
    child = fork(join(__dirname, 'small-oracle.ts'), {
      execArgv: ['--import', 'tsx', `--max-old-space-size=${HEAP_MB}`],
    });
    const told = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    expect(child.exitCode, 'the oracle ended').to.equal(null);
    [small] = told as [SmallOracle];
    client = new OracleClient(small.url, { timeoutMs: 2 * PROMPT_MS });
  });
  after(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });

  async function memory(): Promise<number> {
    child.send('memory');
    const [bytes] = (await once(child, 'message')) as [number];
    return bytes;
  }
  const open = (count: number, options?: { reads: boolean }) =>
    Promise.all(Array.from({ length: count }, () => RawConnection.open(small.url, options)));
  /** The greatest growth while something goes on. */
  async function growthDuring(before: number, going: () => boolean): Promise<number> {
    let most = 0;
    while (going()) most = Math.max(most, (await memory()) - before);
    return Math.max(most, (await memory()) - before);
  }

  it('holds one answer for a connection, however many requests are pipelined', async () => {
    const before = await memory();
    const request = `GET /v1/epochs/1/parts/${small.part} HTTP/1.1\r\nhost: a\r\n\r\n`;
    const pipeline = request.repeat(Math.ceil(PIPELINE_BYTES / request.length));
    const attackers = await open(30, { reads: false });
    for (const attacker of attackers) attacker.send(pipeline);
    let left = attackers.length;
    for (const attacker of attackers) void attacker.socket.once('close', () => left--);
    const honest = client.network();
    const growth = await growthDuring(before, () => {
      // A paused socket notices that it was closed only when it reads on.
      for (const attacker of attackers) attacker.socket.resume();
      return left > 0;
    });
    expect(await honest).to.have.property('oracle');
    expect(growth, 'bytes').to.be.below(MOST_GROWTH);
    expect(child.exitCode).to.equal(null);
  });

  it('answers others while a hundred and fifty ask and do not read', async () => {
    const before = await memory();
    const attackers = await open(SLOW_READERS, { reads: false });
    for (const [i, attacker] of attackers.entries())
      attacker.get(`/v1/epochs/1/parts/${i % 2 ? small.page : small.part}`, {
        // As if each came from somewhere else, through a proxy on this machine.
        'x-forwarded-for': `10.0.${i}.1`,
      });
    let asking = true;
    const honest = Promise.all([client.health(), client.network(), client.log(1)]).finally(() => {
      asking = false;
    });
    const growth = await growthDuring(before, () => asking);
    expect((await honest)[2].head.reports).to.equal(small.reports);
    expect(growth, 'bytes').to.be.below(MOST_GROWTH);
    for (const attacker of attackers) attacker.destroy();
  });
});
