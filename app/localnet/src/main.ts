import { address, flag, parseOptions, runMain, UsageError, whole } from '@commonwire/sdk/node';
import { prebuiltPrograms } from '@commonwire/toolchain/prebuilt';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { type LocalProgram, startLocalnet } from './localnet';

const COMMAND = 'npx tsx app/localnet/src/main.ts';

const USAGE = `${COMMAND} [--port 8899] [--ws-port 8900] [--slot-ms 400] [--program ADDRESS=FILE ...]

A local chain until Ctrl-C, with the programs of this repository at the addresses that their sources declare.

  --port N                     of the JSON-RPC API (default 8899; 0 takes a free one)
  --ws-port N                  of the WebSocket API (default: the next one)
  --slot-ms N                  length of a slot, milliseconds (default 400)
  --program ADDRESS=FILE       loads a compiled program (.so) too, or in place of the one there; may be repeated
  --upgrade-authority ADDRESS  of all programs that are loaded (default: none, they are final)
  --no-programs                loads only those of --program`;

const port = whole(0, 65_535);

const program = z.string().transform((text, context): LocalProgram => {
  const [, at = '', soFile = ''] = /^([^=]*)=(.+)$/.exec(text) ?? [];
  const parsed = address.safeParse(at);
  if (parsed.success && soFile) return { address: parsed.data, soFile };
  context.addIssue({ code: 'custom', message: 'is not ADDRESS=FILE with a base58 address' });
  return z.NEVER;
});

const options = z.object({
  port: port.default(8899),
  'ws-port': port.optional(),
  'slot-ms': whole(1, 60_000).default(400),
  program: z.array(program).default([]),
  'upgrade-authority': address.optional(),
  'no-programs': flag,
});

/** The programs to load: the repository's, unless `given` has another file for an address, and then the others. */
function programsToLoad(given: readonly LocalProgram[], own: boolean): LocalProgram[] {
  const byAddress = new Map<string, LocalProgram>();
  for (const one of own ? prebuiltPrograms() : []) byAddress.set(one.address, one);
  const named = new Set<string>();
  for (const one of given) {
    const key = new PublicKey(one.address).toBase58();
    if (named.has(key)) throw new UsageError(`--program names ${key} twice`);
    named.add(key);
    byAddress.set(key, one);
  }
  return [...byAddress.values()];
}

async function main(argv: readonly string[]): Promise<void> {
  const given = parseOptions(COMMAND, argv, options);
  const { port, 'ws-port': wsPort, 'slot-ms': slotMs, 'upgrade-authority': upgradeAuthority } = given;
  const programs = programsToLoad(given.program, !given['no-programs']).map((one) => ({
    ...one,
    ...(upgradeAuthority ? { upgradeAuthority } : {}),
  }));
  const localnet = await startLocalnet({
    port,
    slotMs,
    programs,
    ...(wsPort === undefined ? {} : { wsPort }),
  });
  process.stdout.write(`JSON-RPC ${localnet.rpcUrl}\nWebSocket ${localnet.wsUrl}\n`);
  for (const { address, soFile } of programs) process.stdout.write(`program ${address} ${soFile}\n`);
  const stop = () => {
    localnet.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

void runMain(main, { usage: USAGE });
