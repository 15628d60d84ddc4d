import { createInterface } from 'node:readline/promises';
import {
  address,
  clusterUrl,
  DEFAULT_KEYPAIR,
  flag,
  httpUrl,
  type Profile,
  parseOptions,
  readProfile,
  UsageError,
  writeProfile,
} from '@commonwire/sdk/node';
import { z } from 'zod';
import type { Command } from '../command';

/** A path, never a key. */
const wallet = z
  .string()
  .refine((text) => !/^[1-9A-HJ-NP-Za-km-z]{60,}$|^\s*\[/.test(text), {
    error: 'looks like a key: name the file that holds it, a profile never does',
    abort: true,
  })
  .meta({ isSecret: true });

/** What a profile keeps, as it is typed. */
const FIELDS = {
  url: z.string().refine((text) => clusterUrl.safeParse(text).success, {
    error: 'is neither localhost, devnet, testnet, mainnet nor an http address',
  }),
  network: z.string().refine((text) => address.safeParse(text).success, { error: 'is not a base58 address' }),
  oracle: z.array(httpUrl),
  keypair: wallet,
};

const options = z.object({
  profile: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'is not a name of letters, digits, dots and dashes')
    .default('default'),
  // What may hold a password is not shown in errors.
  url: FIELDS.url.meta({ isSecret: true }).optional(),
  network: FIELDS.network.optional(),
  oracle: FIELDS.oracle.meta({ isSecret: true }).optional(),
  keypair: FIELDS.keypair.optional(),
  json: flag,
});

/** `commonwire init`. */
export const init: Command = {
  name: 'init',
  group: 'start',
  summary: 'writes a profile, so that commands need fewer options',
  usage: `commonwire init [--profile NAME] [--url URL] [--network ADDRESS] [--oracle URL ...] [--keypair FILE] [--json]

Writes what is the same with every command to a profile. In a terminal it asks for what isn't given; elsewhere it takes the
options alone, of which --url must be given. A profile that is there keeps what isn't named. Options of a command go before
the environment, and that before the profile. It holds the path of a key file, never a key, and only you can read it.

  --profile NAME     default: default. The first profile is the one that commands take if none is named
  --url URL          an RPC node's address, or localhost, devnet, testnet or mainnet
  --network ADDRESS  the network's account
  --oracle URL       an oracle of the network; may be repeated: most commands ask the first
  --keypair FILE     the wallet's key file
  --json             one JSON document`,
  examples: [
    'commonwire init',
    'commonwire init --profile devnet --url devnet --network NETWORK --oracle https://one.example --keypair ~/.config/solana/id.json',
  ],
  options,

  async run(argv, write) {
    const { profile: name, json, ...given } = parseOptions('commonwire init', argv, options);
    const before = readProfile(name) ?? {};
    const settings: Profile = { ...before, ...defined(given) };
    if (process.stdin.isTTY) await ask(settings, given);
    if (settings.url === undefined)
      throw new UsageError(
        '--url is missing: without a terminal nothing is asked; see commonwire init --help',
      );
    const { path, isDefault } = writeProfile(name, settings);
    if (json) {
      write(
        JSON.stringify({ profile: name, file: path, default: isDefault, settings: Object.keys(settings) }),
      );
      return 0;
    }
    write(`profile ${name} is in ${path}`);
    write(isDefault ? 'commands take it if no other is named' : `commands take it with --profile ${name}`);
    write(`next       commonwire doctor${isDefault ? '' : ` --profile ${name}`}`);
    return 0;
  },
};

const defined = (given: Profile): Profile =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

/** Asks in the terminal for what wasn't given; an empty answer keeps what is offered. */
async function ask(settings: Profile, given: Profile): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = async (name: keyof typeof FIELDS, question: string, offered: string): Promise<void> => {
    if (given[name] !== undefined) return;
    for (;;) {
      const typed = (await terminal.question(`${question}${offered && ` [${offered}]`}: `)).trim();
      const text = typed || offered;
      if (text === '') return;
      const value = name === 'oracle' ? text.split(/[\s,]+/) : text;
      const checked = FIELDS[name].safeParse(value);
      if (checked.success) {
        Object.assign(settings, { [name]: checked.data });
        return;
      }
      process.stderr.write(`that ${checked.error.issues[0]?.message}\n`);
    }
  };
  try {
    await answer('url', 'Cluster or address of an RPC node', settings.url ?? 'devnet');
    await answer('network', 'Address of the network, empty if there is none yet', settings.network ?? '');
    const oracles = [settings.oracle ?? []].flat().join(' ');
    await answer('oracle', "Addresses of the network's oracles, with spaces between", oracles);
    await answer('keypair', "The wallet's key file", settings.keypair ?? DEFAULT_KEYPAIR);
  } finally {
    terminal.close();
  }
}
