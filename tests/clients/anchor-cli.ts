import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandPlace, ToolCommand } from './command';

const cluster = ({ rpcUrl, files }: CommandPlace): string[] => [
  ...['--provider.cluster', rpcUrl],
  ...['--provider.wallet', files.payer],
];

const anchor = (
  name: string,
  words: (world: CommandPlace) => readonly string[],
  says: readonly RegExp[],
  more: Partial<ToolCommand<CommandPlace>> = {},
): ToolCommand<CommandPlace> => ({
  name: `anchor ${name}`,
  words: (world) => ['anchor', ...words(world), ...cluster(world)],
  says,
  cwd: ({ tree }) => tree,
  ...more,
});

/** Writes the configuration of a network, as docs/deploying.md says, with new keys of oracles. */
function configure({ tree, files }: CommandPlace): void {
  const read = (name: string) => JSON.parse(readFileSync(join(tree, 'migrations', name), 'utf8'));
  const config = read('network.example.json');
  config.committee.keys = ['one', 'two', 'three'].map((name) => files.newKey(name).address);
  writeFileSync(join(tree, 'migrations/network.json'), JSON.stringify(config));
}

/** Commands of `anchor` in the repository. */
export const ANCHOR_COMMANDS: readonly ToolCommand<CommandPlace>[] = [
  anchor('keys list', () => ['keys', 'list'], [/^network: [1-9A-HJ-NP-Za-km-z]{32,44}\s*$/]),
  anchor('idl type', () => ['idl', 'type', 'app/sdk/src/generated/network.json'], [
    /export type Network = \{/,
  ]),
  anchor('idl convert', () => ['idl', 'convert', 'app/sdk/src/generated/network.json'], [/"address"/]),
  anchor(
    'migrate',
    (world) => {
      configure(world);
      return ['migrate'];
    },
    [/The committee is set\./, /Deploy complete\./],
  ),
  anchor(
    'test --skip-build --skip-deploy --skip-local-validator',
    () => ['test', '--skip-build', '--skip-deploy', '--skip-local-validator'],
    [/[1-9]\d* passing/],
    // Some of the tests, and on this chain: by themselves they would start their own.
    { env: ({ rpcUrl }) => ({ MOCHA_OPTIONS: '--grep=fund_vault.records', COMMONWIRE_RPC_URL: rpcUrl }) },
  ),
];
