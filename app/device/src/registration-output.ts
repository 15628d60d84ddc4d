import { KeyType } from '@commonwire/sdk/core';
import { formatPublicKey } from './public-key';
import type { RegisterCommand, Registration } from './register';

/** The lines that the command `register` prints: what was registered, and how to go on. */
export function registrationOutput(
  command: RegisterCommand,
  registrations: readonly Registration[],
): string[] {
  if (command.json)
    return registrations.map((registration) => JSON.stringify(registrationJson(registration)));
  return registrations.flatMap((registration) => [
    `device      ${formatPublicKey(registration.publicKey)}`,
    `index       ${registration.index}`,
    `owner       ${registration.owner}`,
    `H3 cell     ${hex(registration.h3Cell)}`,
    `transaction ${registration.signature}`,
    '',
    ...nextStep(command, registration),
  ]);
}

/** A registration as `--json` prints it, named as the oracles name the same things. */
const registrationJson = ({ index, signature, owner, publicKey, h3Cell }: Registration) => ({
  index,
  signature,
  owner: owner.toBase58(),
  public_key: formatPublicKey(publicKey),
  h3_cell: hex(h3Cell),
});

function nextStep(command: RegisterCommand, registration: Registration): string[] {
  if (registration.publicKey.keyType === KeyType.p256) {
    return [
      'The agent signs by Ed25519 only: docs/devices.md says what a device with a P-256 key sends.',
      '',
    ];
  }
  const missing = [
    ...(command.oracle.length === 0 ? ["URL with the address of one of the network's oracles"] : []),
    ...(command.key === undefined ? ["FILE with the device's key file"] : []),
  ];
  const replace = missing.length === 0 ? '' : `, replacing ${missing.join(' and ')}`;
  return [`Let it report${replace}:`, runCommandLine(command, registration), ''];
}

/** The command line that reports for a registered device, for a POSIX shell. */
function runCommandLine(command: RegisterCommand, { index, owner }: Registration): string {
  const oracles = command.oracle.length === 0 ? ['URL'] : command.oracle.map(quoted);
  return [
    'npx tsx app/device/src/main.ts run',
    ...oracles.map((oracle) => `--oracle ${oracle}`),
    `--network ${command.network}`,
    command.key === undefined ? '--key FILE' : `--key ${quoted(command.key)}`,
    `--index ${index} --owner ${owner}`,
    `--latitude=${decimal(command.latitude)} --longitude=${decimal(command.longitude)}`,
    ...(command.kind === 'energy' ? [] : [`--kind ${command.kind}`]),
  ].join(' ');
}

const hex = (cell: bigint): string => cell.toString(16);

/** Degrees from 1e-7 degree, never in exponent notation. */
const decimal = (degrees: number): string => (degrees / 1e7).toFixed(7).replace(/\.?0+$/, '');

const quoted = (argument: string): string =>
  /^[\w./:@%+,=-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
