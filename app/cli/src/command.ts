import { z } from 'zod';

/** What a command is about: the headings of the help, in their order. */
export const GROUPS = {
  start: 'this machine',
  network: 'a network, its rules and roles',
  device: 'one device',
  owner: 'what owners earned and are paid',
  audit: 'epochs, recomputed and challenged',
  asset: 'owned together',
  stake: "a network's token, staked",
  dao: 'decided by stakers',
  market: 'energy between neighbours, and parking',
  oracle: 'whoever runs an oracle',
} as const;

/** A name of {@link GROUPS}. */
export type Group = keyof typeof GROUPS;

/** Options of a command, or those of each action that its first argument names. */
type Options = z.ZodObject | Readonly<Record<string, z.ZodObject>>;

/** One command. Each has its own file in `commands/`. */
export interface Command {
  readonly name: string;
  readonly group: Group;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The full help: options and exit statuses of its own. */
  readonly usage: string;
  /** Command lines that can be run as they are, once the words in capitals are replaced. */
  readonly examples: readonly string[];
  /** What shells complete. */
  readonly options: Options;
  /**
   * Runs with the arguments after the command's name and writes its output line by line.
   * @returns the exit status @throws CommonwireError
   */
  run(argv: readonly string[], write: (line: string) => void): Promise<number>;
}

/** The options of a command whose actions, named by its field `action`, share them all. */
export function forEachAction(
  schema: z.ZodObject<{ action: z.ZodEnum } & z.core.$ZodLooseShape>,
): Readonly<Record<string, z.ZodObject>> {
  const { action, ...shape } = schema.shape;
  const options = z.object(shape as z.ZodRawShape);
  return Object.fromEntries(action.options.map((name) => [String(name), options]));
}

/** The options of a command whose actions are defined one by one. */
export const optionsByName = (
  actions: readonly { name: string; options: z.ZodObject }[],
): Readonly<Record<string, z.ZodObject>> =>
  Object.fromEntries(actions.map(({ name, options }) => [name, options]));

/** The names of a command's actions; none if it has no actions. */
export const actionNames = ({ options }: Command): string[] =>
  options instanceof z.ZodObject ? [] : Object.keys(options);

/** The options of a command, or of one of its actions. */
export const optionsOf = ({ options }: Command, action: string): z.ZodObject | undefined =>
  options instanceof z.ZodObject ? options : options[action];
