import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
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
  oracle: z.string().optional(),
  keypair: z.string().optional(),
  'priority-fee': z.string().optional(),
});
const configSchema = z.strictObject({
  default: z.string().optional(),
  profiles: z.record(z.string(), profile),
});

/** A setting's value, and where it comes from, for errors. */
export interface Given {
  value: string;
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
    if (fromEnvironment) found.set(setting, { value: fromEnvironment, source: variable });
    else if (fromProfile)
      found.set(setting, { value: fromProfile, source: `${setting} of profile ${chosen?.name}` });
  }
  return found;
}

function chosenProfile(
  name: string | undefined,
  path: string | undefined,
): { name: string; settings: z.output<typeof profile> } | undefined {
  const file = path ?? DEFAULT_CONFIG;
  const isThere = path !== undefined || existsSync(file.replace(/^~(?=\/)/, homedir()));
  if (!isThere && name === undefined) return undefined;
  const config = configSchema.safeParse(readJson(file));
  if (!config.success) {
    const issue = config.error.issues[0];
    throw new ProfileError('bad-profile', `${file}: ${issue?.path.join('.') || 'it'}: ${issue?.message}`);
  }
  const wanted = name ?? config.data.default;
  if (wanted === undefined) return undefined;
  const settings = config.data.profiles[wanted];
  if (settings) return { name: wanted, settings };
  const names = Object.keys(config.data.profiles).join(', ') || 'none';
  throw new ProfileError('bad-profile', `${file} has no profile ${wanted}; it has: ${names}`);
}
