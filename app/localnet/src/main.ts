import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startLocalnet } from './localnet';

/** `npx tsx app/localnet/src/main.ts [--port 8899] [--ws-port 8900] [--slot-ms 400]`runs a local chain until Ctrl-C. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8899' },
      'ws-port': { type: 'string' },
      'slot-ms': { type: 'string', default: '400' },
    },
  });
  const wsPort = values['ws-port'];
  const localnet = await startLocalnet({
    port: Number(values.port),
    slotMs: Number(values['slot-ms']),
    ...(wsPort === undefined ? {} : { wsPort: Number(wsPort) }),
  });
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

main().catch((error: unknown) => {
  const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  process.stderr.write(`${message}\n`);
  process.exit(1);
});
