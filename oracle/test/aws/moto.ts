import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '@commonwire/localnet';

/** How long the server may take to answer, milliseconds: it loads much Python. */
const START_MS = 60_000;
const POLL_MS = 100;

/** A server that answers as AWS does. */
export interface Moto {
  readonly endpoint: string;
  /** Settings of a client of AWS. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  stop(): Promise<void>;
}

/**
 * Starts moto.
 * @param python one that has it
 * @param front given moto's port, says at which port it calls itself as a state machine does; state machines are run then
 */
export async function startMoto(python: string, front?: (behind: number) => Promise<number>): Promise<Moto> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    env: { ...process.env, ...(front && { MOTO_PORT: String(await front(port)) }) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4_000);
  });
  const stop = async (): Promise<void> => {
    if (server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill();
    await ended;
  };
  for (const end = Date.now() + START_MS; ; ) {
    const answer = await fetch(`${endpoint}/moto-api/data.json`).catch(() => undefined);
    if (answer?.ok) break;
    if (server.exitCode !== null || Date.now() > end) {
      await stop();
      throw new Error(`moto doesn't answer at ${endpoint}: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  if (front) {
    const body = JSON.stringify({ stepfunctions: { execute_state_machine: true } });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${endpoint}/moto-api/config`, { method: 'POST', body, headers });
  }
  const credentials = { accessKeyId: 'moto', secretAccessKey: 'moto' };
  return { endpoint, client: { endpoint, region: 'eu-central-1', credentials }, stop };
}
