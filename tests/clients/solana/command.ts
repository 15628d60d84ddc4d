import type { CommandWorld, ToolCommand } from '../command';

export const ADDRESS = '[1-9A-HJ-NP-Za-km-z]{32,44}';
export const SIGNATURE = '[1-9A-HJ-NP-Za-km-z]{80,90}';

const at = ({ rpcUrl, localnet, files }: CommandWorld): string[] => [
  ...['--url', rpcUrl],
  ...['--ws', localnet.wsUrl],
  ...['--keypair', files.payer],
  ...['--commitment', 'confirmed'],
];

type Words = (world: CommandWorld) => readonly string[];

/** A command of `solana`. */
export const solana = (
  name: string,
  words: Words | readonly string[],
  says: readonly RegExp[] = [],
  more: Partial<ToolCommand> = {},
): ToolCommand => ({
  name: `solana ${name}`,
  words: (world) => ['solana', ...at(world), ...(typeof words === 'function' ? words(world) : words)],
  says,
  ...more,
});

/** A key file for one purpose; its address is kept under the same name. */
export function key({ files, found }: CommandWorld, name: string): string {
  const { file, address } = files.newKey(name);
  found[name] = address;
  found[`${name}File`] = file;
  return file;
}

/** What every command says that sends a transaction. */
export const SENT = [/Signature: /];
