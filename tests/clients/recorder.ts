import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { World } from './world';

/** A request that a tool sent. In `params`, `$NAME` stands for what exists in the world by that name. */
export const recordedSchema = z.object({
  command: z.string(),
  method: z.string(),
  params: z.array(z.unknown()).nullable(),
});
export type Recorded = z.output<typeof recordedSchema>;

const requestSchema = z.object({ method: z.string(), params: z.array(z.unknown()).nullable().default(null) });
const KEY = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;
/** Programs and sysvars, which are the same on every chain. */
const EVERYWHERE = /1{7,}$|^Token|^AToken|^Memo|^Sysvar|^BPFLoader/;
/** Between these are the slots of an embedded chain, and nothing else that tools ask for. */
const SLOTS = [400_000_000, 500_000_000] as const;
/** An address at which there is nothing: what a tool has made itself isn't there when its request is repeated. */
const NOTHING = '$delegate';

/** Stands between tools and a chain, and keeps one request of each kind that they send. */
export class Recorder {
  private readonly byKind = new Map<string, Recorded>();
  /** What is being run. */
  command = '';

  private constructor(
    readonly rpcUrl: string,
    readonly close: () => void,
  ) {}

  static async start({ localnet, known }: World): Promise<Recorder> {
    const names = new Map(Object.entries(known).map(([name, value]) => [value, `$${name}`]));
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const body = Buffer.concat(parts);
      const answer = await fetch(localnet.rpcUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(Buffer.from(await answer.arrayBuffer()));
      for (const one of [JSON.parse(body.toString())].flat()) recorder.keep(names, one);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const recorder: Recorder = new Recorder(`http://127.0.0.1:${port}`, () => server.close());
    return recorder;
  }

  /** All of them, in the order in which they first came. */
  get requests(): Recorded[] {
    return [...this.byKind.values()];
  }

  private keep(names: ReadonlyMap<string | number, string>, request: unknown): void {
    const { method, params } = requestSchema.parse(request);
    const named = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(named);
      if (typeof value === 'object' && value !== null)
        return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, named(one)]));
      if (typeof value === 'number') return value > SLOTS[0] && value < SLOTS[1] ? '$slot' : value;
      if (typeof value !== 'string' || EVERYWHERE.test(value)) return value;
      return (
        names.get(value) ??
        (KEY.test(value)
          ? NOTHING
          : value.length > 80 && KEY.test(value.slice(0, 40)) && !/[+/=0]/.test(value)
            ? '$transfer'
            : value)
      );
    };
    const written = named(params) as Recorded['params'];
    // Of whom it asks doesn't matter to its kind, and of how many.
    const kind = JSON.stringify([method, kindOf(written)]);
    if (!this.byKind.has(kind)) this.byKind.set(kind, { command: this.command, method, params: written });
  }
}

function kindOf(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((one) => JSON.stringify(kindOf(one))))];
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, kindOf(one)]));
  if (typeof value !== 'string') return typeof value === 'number' ? 0 : value;
  return value.startsWith('$') || value.length > 30 ? '$' : value;
}

/** Fills in what exists in a world. */
export function filled({ known }: World, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => filled({ known } as World, one));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, filled({ known } as World, one)]),
    );
  if (typeof value !== 'string' || !value.startsWith('$')) return value;
  const there = known[value.slice(1) as keyof World['known']];
  if (there === undefined) throw new Error(`nothing is known as ${value}`);
  return there;
}
