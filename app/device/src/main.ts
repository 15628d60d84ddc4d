import { printedLines, runMain } from '@commonwire/sdk/node';
import { PublicKey } from '@solana/web3.js';
import { parseCommand } from './arguments';
import { systemClock } from './clock';
import { HELP } from './help';
import { createKeyFile } from './key-file';
import { printRegistration, register } from './register';
import { registrationOutput } from './registration-output';
import { run } from './run';

/** Runs one command line and returns the exit status. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv.length === 0) {
    console.log(HELP);
    return 0;
  }
  const command = parseCommand(argv);
  switch (command.command) {
    case 'keygen':
      console.log(new PublicKey(createKeyFile(command.key)).toBase58());
      return 0;
    case 'register': {
      // Messages go to stderr, since programs read the result from stdout.
      const tell = (line: string) => console.error(line);
      if (command.print) {
        const printed = await printRegistration(command, tell);
        if (printed && command.json) console.log(JSON.stringify(printed));
        else if (printed) for (const line of printedLines(printed)) console.log(line);
        return 0;
      }
      const registrations = await register(command, systemClock, tell);
      for (const line of registrationOutput(command, registrations)) console.log(line);
      return 0;
    }
    case 'run': {
      // Only run has work to finish; the other commands end at once.
      const stop = new AbortController();
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
      const { signal } = stop;
      try {
        const rejected = await run(command, { clock: systemClock, signal, log: (line) => console.log(line) });
        return rejected > 0 ? 1 : 0;
      } catch (error) {
        if (signal.aborted) return 0;
        throw error;
      } finally {
        // Don't call process.exit, which could cut off output. But an open standard input would keep the process alive.
        process.stdin.destroy();
      }
    }
  }
}

// 1 says that a report was rejected.
void runMain(main, { usage: HELP, failed: 2 });
