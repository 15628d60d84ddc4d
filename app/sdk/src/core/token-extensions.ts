/** Token-2022's extensions by number, as programs name them in their logs. */
export const EXTENSIONS = [
  'none',
  'transfer fee',
  'transfer fee amount',
  'mint close authority',
  'confidential transfer',
  'confidential transfer account',
  'default account state',
  'immutable owner',
  'memo transfer',
  'non-transferable',
  'interest bearing',
  'CPI guard',
  'permanent delegate',
  'non-transferable account',
  'transfer hook',
  'transfer hook account',
  'confidential transfer fee',
  'confidential transfer fee amount',
  'metadata pointer',
  'token metadata',
  'group pointer',
  'token group',
  'group member pointer',
  'token group member',
  'confidential mint and burn',
  'scaled UI amount',
  'pausable',
  'pausable account',
  'permissioned burn',
];
/** Used in place of a name. */
export const UNKNOWN_EXTENSION = 'an extension that this program does not know';

/** Returns the extension for which a program refused a mint, from the transaction's logs; null: none is named. */
export function namedExtension(logs: readonly string[]): string | null {
  const names = new Set([...EXTENSIONS, UNKNOWN_EXTENSION]);
  const lines = logs.map((line) => line.replace('Program log: ', ''));
  return lines.find((line) => names.has(line)) ?? null;
}
