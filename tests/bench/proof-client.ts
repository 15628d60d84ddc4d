/** A process that asks an oracle for proofs, and tells its parent how long that took. */
import { Agent, get } from 'node:http';

/** Connections that ask one after another. */
const CONNECTIONS = 8;

/** What to ask for. */
export interface ProofWork {
  readonly url: string;
  readonly proofs: number;
  /** Indices between one request and the next. */
  readonly stride: number;
  readonly devices: number;
}

async function askAll({ url, proofs, stride, devices }: ProofWork): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const ask = (index: number) =>
    new Promise<void>((resolve, reject) => {
      get(`${url}/v1/settlements/${index}`, { agent }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`a proof was answered ${response.statusCode}`));
        response.resume().on('end', () => resolve());
      }).on('error', reject);
    });
  let next = 0;
  const client = async () => {
    while (next < proofs) await ask((next++ * stride) % devices);
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  agent.destroy();
  return (performance.now() - begun) / 1000;
}

process.on('message', (work: ProofWork) => {
  askAll(work).then(
    (seconds) => process.send!(seconds),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
