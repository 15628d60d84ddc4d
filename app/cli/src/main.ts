import { OracleRequestError } from '@commonwire/sdk/oracle';
import { commands } from './commands';
import { CliError } from './errors';

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
  if (!command) throw new CliError('usage', `unknown command ${name}; commonwire --help lists all commands`);
  if (argv.includes('--help')) {
    write(command.usage);
    return 0;
  }
  return command.run(argv, write);
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: Error) => {
    const next = error instanceof OracleRequestError ? "; ask another of the network's oracles" : '';
    process.stderr.write(`error: ${error.message}${next}\n`);
    process.exitCode = error instanceof CliError && error.code === 'usage' ? 2 : 1;
  },
);
