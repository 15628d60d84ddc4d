import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PAGE_SLOTS } from '@commonwire/sdk/network';
import { startServer } from '../../oracle/src/api/server';
import { NetworkView } from '../../oracle/src/chain/network-view';
import { PaidPages } from '../../oracle/src/chain/paid-pages';
import { FRESHNESS } from '../../oracle/src/runtime/open';
import { NOON, signed } from '../../oracle/test/domain/support';
import { withMethods } from '../../oracle/test/support/fake-chain';
import { World } from '../../oracle/test/support/world';
import { decimals, type Figure, type Suite } from './figures';
import { registerFleet } from './fleet';
import type { ProofWork } from './proof-client';

const DEVICES = 100_000;
const PROOFS = 20_000;

/** Measures proofs of single devices, of 100,000, over HTTP. Oracle and store are one process, and the chain is in memory. */
export const proofsSuite: Suite = async (progress) => {
  progress(`registering ${DEVICES} devices`);
  const world = new World(1);
  world.freshness = FRESHNESS;
  await world.start();
  try {
    world.chain.threshold = 1;
    registerFleet(world, DEVICES);
    await world.tick();
    await world.at(0).client.submit(world.devices.map((device) => signed(device, { start: NOON })));
    world.pass(61);
    await world.promoted(1);
    progress('asking for proofs');
    return await measureProofs(world);
  } finally {
    await world.stop();
  }
};

/** What proofs take, asked for side by side by a process of its own, and what they make an oracle read of the chain. */
async function measureProofs(world: World): Promise<Figure[]> {
  const { oracle } = world.at(0);
  let accounts = 0;
  const chain = withMethods(oracle.chain, {
    paidInPages: async (pages) => {
      accounts += pages.length;
      return oracle.chain.paidInPages(pages);
    },
  });
  const limits = { perSecond: PROOFS, burst: PROOFS * 2 };
  const view = new NetworkView(oracle.chain, FRESHNESS);
  const server = await startServer({ ...oracle, view, paid: new PaidPages(chain, FRESHNESS) }, { limits });
  try {
    const pages = Math.ceil(DEVICES / PAGE_SLOTS);
    await askForProofs({ url: server.url, proofs: pages, stride: PAGE_SLOTS, devices: DEVICES });
    const cold = accounts / pages;
    const before = process.cpuUsage();
    const seconds = await askForProofs({ url: server.url, proofs: PROOFS, stride: 1, devices: DEVICES });
    const { user, system } = process.cpuUsage(before);
    return [
      { name: 'proofs.per_second', value: Math.round(PROOFS / seconds), unit: 'proofs/s' },
      { name: 'proofs.cpu_ms', value: decimals((user + system) / 1000 / PROOFS, 3), unit: 'ms' },
      { name: 'proofs.rpc_accounts_per_request', value: decimals(cold, 2), unit: 'accounts' },
    ];
  } finally {
    await server.stop();
  }
}

/** Has a process ask. @returns the seconds from its first request to the last answer */
async function askForProofs(work: ProofWork): Promise<number> {
  const child = fork(join(__dirname, 'proof-client.ts'), { execArgv: ['--import', 'tsx'] });
  try {
    child.send(work);
    const [seconds] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error('the process that asks for proofs ended');
      }),
    ])) as [number];
    return seconds;
  } finally {
    child.kill();
  }
}
