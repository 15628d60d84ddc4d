import { KeyType } from '@commonwire/sdk/core';
import { mountOf, placeOf } from '@commonwire/sdk/device';
import { COMMAND } from './command-name';
import { formatPublicKey } from './public-key';
import type { RegisterCommand } from './register';
import type { Registration } from './registered';

/** Formats the output of `register`: the registered devices and the next step. */
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
    `H3 cell     ${hex(placeOf(registration.h3Cell))}`,
    ...(command.kind === 'energy'
      ? [`mount       ${mountOf(registration.h3Cell) ?? 'none that exists'}`]
      : []),
    `transaction ${registration.signature ?? 'an earlier one'}`,
    '',
    ...nextStep(command, registration),
  ]);
}

/** Formats a registration for `--json`, with the oracles' field names. */
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
      'The agent signs with Ed25519 only: docs/devices.md explains what a device with a P-256 key must send.',
      '',
    ];
  }
  const missing = [
    ...(command.oracle.length === 0 ? ["URL with the address of one of the network's oracles"] : []),
    ...(command.key === undefined ? ["FILE with the device's key file"] : []),
  ];
  const replace = missing.length === 0 ? '' : `, replacing ${missing.join(' and ')}`;
  return [`Start its agent${replace}:`, runCommandLine(command, registration), ''];
}

/** Returns the command line that starts the agent of a registered device, for a POSIX shell. */
function runCommandLine(command: RegisterCommand, { index, owner }: Registration): string {
  const oracles = command.oracle.length === 0 ? ['URL'] : command.oracle.map(quoted);
  return [
    `${COMMAND} run`,
    ...oracles.map((oracle) => `--oracle ${oracle}`),
    `--network ${command.network}`,
    command.key === undefined ? '--key FILE' : `--key ${quoted(command.key)}`,
    `--index ${index} --owner ${owner}`,
    `--latitude=${decimal(command.latitude)} --longitude=${decimal(command.longitude)}`,
    ...(command.kind === 'energy' ? [] : [`--kind ${command.kind}`]),
  ].join(' ');
}

const hex = (cell: bigint): string => cell.toString(16);

/** Formats 1e-7 degree as degrees, never in exponent notation. */
const decimal = (degrees: number): string => (degrees / 1e7).toFixed(7).replace(/\.?0+$/, '');

const quoted = (argument: string): string =>
  /^[\w./:@%+,=-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
