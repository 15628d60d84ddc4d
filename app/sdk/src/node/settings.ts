import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import * as z from 'zod';
import { CommonwireError } from '../core/errors';
import { readJson } from './files';

/** What needn't be given with every command, by the option's name, and the environment variable that gives it. */
const VARIABLES = {
  url: 'COMMONWIRE_RPC_URL',
  network: 'COMMONWIRE_NETWORK',
  oracle: 'COMMONWIRE_ORACLE_URL',
  keypair: 'COMMONWIRE_KEYPAIR',
  'priority-fee': 'COMMONWIRE_PRIORITY_FEE',
} as const;

/** An option that environment or profile may give. */
export type Setting = keyof typeof VARIABLES;

/** Where profiles are kept, unless `COMMONWIRE_CONFIG` names another file. */
export const DEFAULT_CONFIG = '~/.config/commonwire/config.json';

/** A profile that can't be used. */
export class ProfileError extends CommonwireError {
  declare readonly code: 'bad-profile';
}

const profile = z.strictObject({
  url: z.string().optional(),
  network: z.string().optional(),
  oracle: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  keypair: z.string().optional(),
  'priority-fee': z.string().optional(),
});
const configSchema = z.strictObject({
  default: z.string().optional(),
  profiles: z.record(z.string(), profile),
});

/** A profile's settings; of several oracles a command that asks one asks the first. */
export type Profile = z.output<typeof profile>;

/** A setting's values, of which most commands take the first, and where they come from, for errors. */
export interface Given {
  values: readonly string[];
  source: string;
}

/**
 * Returns what the environment and the chosen profile say of these settings; the environment goes first.
 * @param name the profile; else `COMMONWIRE_PROFILE` or the file's default one, if any
 * @throws ProfileError FileError
 */
export function readSettings(
  wanted: readonly Setting[],
  name: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): Map<Setting, Given> {
  const found = new Map<Setting, Given>();
  const chosen = chosenProfile(name ?? environment.COMMONWIRE_PROFILE, environment.COMMONWIRE_CONFIG);
  for (const setting of wanted) {
    const variable = VARIABLES[setting];
    const fromEnvironment = environment[variable];
    const fromProfile = chosen?.settings[setting];
    if (fromEnvironment) found.set(setting, { values: [fromEnvironment], source: variable });
    else if (fromProfile)
      found.set(setting, { values: [fromProfile].flat(), source: `${setting} of profile ${chosen?.name}` });
  }
  return found;
}

/** The file that keeps profiles, and whether it is there. */
export function configFile(environment: NodeJS.ProcessEnv = process.env): { path: string; exists: boolean } {
  const path = (environment.COMMONWIRE_CONFIG ?? DEFAULT_CONFIG).replace(/^~(?=\/)/, homedir());
  return { path, exists: existsSync(path) };
}

/**
 * Adds a profile to the file of profiles, or replaces it there; the first one becomes the default. Only its owner can read
 * the file, since addresses may hold API keys; it is replaced as a whole.
 * @returns the file, and whether this profile is the default one @throws ProfileError FileError
 */
export function writeProfile(name: string, settings: Profile): { path: string; isDefault: boolean } {
  const { path, exists } = configFile();
  const config = exists ? readConfig(path) : { profiles: {} };
  const first = config.default ?? name;
  const content = { ...config, default: first, profiles: { ...config.profiles, [name]: settings } };
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const written = `${path}.${process.pid}`;
  writeFileSync(written, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(written, path);
  return { path, isDefault: first === name };
}

/** A profile by its name, if there is one. @throws ProfileError FileError */
export function readProfile(name: string): Profile | undefined {
  const { path, exists } = configFile();
  return exists ? readConfig(path).profiles[name] : undefined;
}

/** @throws ProfileError FileError */
function readConfig(file: string): z.output<typeof configSchema> {
  const config = configSchema.safeParse(readJson(file));
  if (config.success) return config.data;
  const issue = config.error.issues[0];
  throw new ProfileError('bad-profile', `${file}: ${issue?.path.join('.') || 'it'}: ${issue?.message}`);
}

function chosenProfile(
  name: string | undefined,
  path: string | undefined,
): { name: string; settings: Profile } | undefined {
  const file = path ?? DEFAULT_CONFIG;
  const isThere = path !== undefined || configFile({}).exists;
  if (!isThere && name === undefined) return undefined;
  const config = readConfig(file);
  const wanted = name ?? config.default;
  if (wanted === undefined) return undefined;
  const settings = config.profiles[wanted];
  if (settings) return { name: wanted, settings };
  const names = Object.keys(config.profiles).join(', ') || 'none';
  throw new ProfileError('bad-profile', `${file} has no profile ${wanted}; it has: ${names}`);
}
