import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const given = new Set<number>();

/**
 * Returns a free port on loopback, never the same one twice in this process. It is below the range for outgoing
 * connections, which could otherwise take the port before the caller listens.
 * @param preferred neighbouring ports; the first of them is returned if all are free
 */
export async function freePort(preferred: readonly number[] = []): Promise<number> {
  const [first] = preferred;
  if (first !== undefined && !preferred.some((port) => given.has(port)) && (await areFree(preferred))) {
    for (const port of preferred) given.add(port);
    return first;
  }
  for (;;) {
    const port = randomInt(10_000, 32_768 - preferred.length);
    const ports = [port, ...preferred.slice(1).map((_, i) => port + i + 1)];
    if (ports.some((one) => given.has(one))) continue;
    for (const one of ports) given.add(one);
    if (await areFree(ports)) return port;
  }
}

async function areFree(ports: readonly number[]): Promise<boolean> {
  for (const port of ports) if (!(await isFree(port))) return false;
  return true;
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
