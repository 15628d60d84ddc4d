import { actionNames, type Command, GROUPS, type Group } from './command';
import { EXIT_USAGE } from './exit-status';

const groupNames = Object.keys(GROUPS) as Group[];

/** Whether a word names a group of commands. */
export const isGroup = (word: string): word is Group => word in GROUPS;

const line = ({ name, summary }: Command): string => `  ${name.padEnd(13)}${summary}`;

/** The list of commands, all or those of one group. */
export function listHelp(commands: readonly Command[], only?: Group): string {
  const parts = groupNames
    .filter((group) => only === undefined || group === only)
    .map((group) => {
      const within = commands.filter((command) => command.group === group).map(line);
      return `${group}: ${GROUPS[group]}\n${within.join('\n')}`;
    });
  return `commonwire COMMAND [options]

${parts.join('\n\n')}

commonwire COMMAND --help explains a command; commonwire help GROUP lists the commands of a group.
Options that are the same every time: commonwire init. What is missing on this machine: commonwire doctor.

${EXIT_USAGE}`;
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const examples = command.examples.map((example) => `  ${example}`).join('\n');
  const actions = actionNames(command);
  const about = actions.length > 1 ? `Actions: ${actions.join(', ')}\n\n` : '';
  return `${command.usage}

  --profile NAME     takes url, network, oracle, keypair and priority-fee from this profile: see commonwire init

${about}Examples:
${examples}

commonwire help explains exit statuses.`;
}
