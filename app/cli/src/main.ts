import { CommonwireError, codeOf, reasonOf } from '@commonwire/sdk/core';
import { runMain, UsageError } from '@commonwire/sdk/node';
import { OracleRequestError } from '@commonwire/sdk/oracle';
import { version } from '../package.json';
import { commands } from './commands';
import { exitStatusOf } from './exit-status';
import { commandHelp, isGroup, listHelp } from './help';

const write = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs one command line. @returns the exit status */
async function run([name, ...argv]: readonly string[]): Promise<number> {
  if (name === '--version') {
    write(version);
    return 0;
  }
  if (name === undefined || name === '--help' || name === 'help') {
    const [asked] = argv;
    write(asked === undefined ? listHelp(commands) : helpOf(asked));
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) {
    const next = isGroup(name) ? `commonwire help ${name} lists that group's` : 'commonwire --help lists all';
    throw new UsageError(`unknown command ${name}; ${next} commands`);
  }
  if (argv.includes('--help')) {
    write(commandHelp(command));
    return 0;
  }
  return command.run(argv, write).catch((error: unknown) => {
    if (!(error instanceof OracleRequestError)) throw error;
    const next = "ask another of the network's oracles";
    throw new CommonwireError(error.code, `${error.message}; ${next}`, { cause: error });
  });
}

/** The help of a command or a group. @throws UsageError */
function helpOf(asked: string): string {
  const command = commands.find(({ name }) => name === asked);
  if (command) return commandHelp(command);
  if (isGroup(asked)) return listHelp(commands, asked);
  throw new UsageError(`${asked} is neither a command nor a group; commonwire --help lists all`);
}

/** Runs one command line; says on standard error what fails, as JSON with `--json`. @returns the exit status */
async function main(argv: readonly string[]): Promise<number> {
  try {
    return await run(argv);
  } catch (error) {
    const status = exitStatusOf(error);
    const message = reasonOf(error);
    const said = argv.includes('--json')
      ? JSON.stringify({ error: { code: codeOf(error, 'internal'), message, exit_status: status } })
      : `error: ${message}`;
    process.stderr.write(`${said}\n`);
    return status;
  }
}

void runMain(main);
