import { PublicKey } from '@solana/web3.js';
import { HELP, parseCommand } from './arguments';
import { systemClock } from './clock';
import { DeviceError } from './errors';
import { createKeyFile } from './key-file';
import { run } from './run';

/** Runs one command line and returns the exit status. */
async function main(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const command = parseCommand(argv);
  switch (command.command) {
    case 'help':
      console.log(HELP);
      return 0;
    case 'keygen':
      console.log(new PublicKey(createKeyFile(command.key)).toBase58());
      return 0;
    case 'run': {
      const rejected = await run(command, { clock: systemClock, signal, log: (line) => console.log(line) });
      return rejected > 0 ? 1 : 0;
    }
  }
}

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());

main(process.argv.slice(2), stop.signal)
  .catch((error: unknown) => {
    if (stop.signal.aborted) return 0;
    if (!(error instanceof DeviceError)) throw error;
    console.error(`error: ${error.message}`);
    return 2;
  })
  .then((status) => {
    // Not process.exit: what is written must get out first; but standard input would keep the process alive.
    process.exitCode = status;
    process.stdin.destroy();
  });
