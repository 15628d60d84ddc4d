import { UsageError } from '@commonwire/sdk/node';
import type { Action } from './action';

/** Returns the help for actions. */
export const actionsUsage = (actions: readonly Action[]): string =>
  actions.map(({ name, usage, summary }) => `  ${`${name} ${usage}`.trimEnd()}\n      ${summary}`).join('\n');

/** Runs the action that the first argument names. @returns the exit status @throws CommonwireError */
export async function runAction(
  command: string,
  actions: readonly Action[],
  [name, ...argv]: readonly string[],
  write: (line: string) => void,
): Promise<number> {
  const action = actions.find((candidate) => candidate.name === name);
  if (!action) {
    const names = actions.map((candidate) => candidate.name).join(', ');
    throw new UsageError(
      `the first argument of commonwire ${command} must be one of ${names}, not ${name ?? 'nothing'}; see commonwire ${command} --help`,
    );
  }
  await action.run(`commonwire ${command} ${action.name}`, argv, write);
  return 0;
}
