import { CommonwireError } from '@commonwire/sdk/core';
import { runMain, UsageError } from '@commonwire/sdk/node';
import { OracleRequestError } from '@commonwire/sdk/oracle';
import { commands } from './commands';

const HELP = `commonwire COMMAND [options]

${commands.map(({ name, summary }) => `  ${name.padEnd(13)}${summary}`).join('\n')}

Run commonwire COMMAND --help for the options of a command.`;

const write = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs one command line. @returns the exit status */
async function main([name, ...argv]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === 'help') {
    write(HELP);
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) throw new UsageError(`unknown command ${name}; commonwire --help lists all commands`);
  if (argv.includes('--help')) {
    write(command.usage);
    return 0;
  }
  return command.run(argv, write).catch((error: unknown) => {
    if (!(error instanceof OracleRequestError)) throw error;
    const next = "ask another of the network's oracles";
    throw new CommonwireError(error.code, `${error.message}; ${next}`, { cause: error });
  });
}

void runMain(main);
