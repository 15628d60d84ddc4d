import { PublicKey } from '@solana/web3.js';
import { parseCommand } from './arguments';
import { systemClock } from './clock';
import { DeviceError } from './errors';
import { HELP } from './help';
import { createKeyFile } from './key-file';
import { register } from './register';
import { registrationReport } from './registration-report';
import { run } from './run';

/** Runs one command line and returns the exit status. */
async function main(argv: readonly string[], stop: AbortController): Promise<number> {
  const command = parseCommand(argv);
  switch (command.command) {
    case 'help':
      console.log(HELP);
      return 0;
    case 'keygen':
      console.log(new PublicKey(createKeyFile(command.key)).toBase58());
      return 0;
    case 'register': {
      // Messages go to stderr, since programs read the result from stdout.
      const registrations = await register(command, systemClock, (line) => console.error(line));
      for (const line of registrationReport(command, registrations)) console.log(line);
      return 0;
    }
    case 'run': {
      // Only run has work to finish; the other commands end at once.
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
      const { signal } = stop;
      const rejected = await run(command, { clock: systemClock, signal, log: (line) => console.log(line) });
      return rejected > 0 ? 1 : 0;
    }
  }
}

const stop = new AbortController();

main(process.argv.slice(2), stop)
  .catch((error: unknown) => {
    if (stop.signal.aborted) return 0;
    if (!(error instanceof DeviceError)) throw error;
    console.error(`error: ${error.message}`);
    return 2;
  })
  .then((status) => {
    // Don't call process.exit, which could cut off output. But an open standard input would keep the process alive.
    process.exitCode = status;
    process.stdin.destroy();
  });
