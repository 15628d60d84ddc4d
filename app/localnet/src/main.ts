import { parseOptions, runMain, whole } from '@commonwire/sdk/node';
import { z } from 'zod';
import { startLocalnet } from './localnet';

const COMMAND = 'npx tsx app/localnet/src/main.ts';

const USAGE = `${COMMAND} [--port 8899] [--ws-port 8900] [--slot-ms 400]

A local chain until Ctrl-C.

  --port N      of the JSON-RPC API (default 8899; 0 takes a free one)
  --ws-port N   of the WebSocket API (default: the next one)
  --slot-ms N   length of a slot, milliseconds (default 400)`;

const port = whole(0, 65_535);
const options = z.object({
  port: port.default(8899),
  'ws-port': port.optional(),
  'slot-ms': whole(1, 60_000).default(400),
});

async function main(argv: readonly string[]): Promise<void> {
  const { port, 'ws-port': wsPort, 'slot-ms': slotMs } = parseOptions(COMMAND, argv, options);
  const localnet = await startLocalnet({ port, slotMs, ...(wsPort === undefined ? {} : { wsPort }) });
  process.stdout.write(`JSON-RPC ${localnet.rpcUrl}\nWebSocket ${localnet.wsUrl}\n`);
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
