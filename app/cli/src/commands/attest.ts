import {
  type Device,
  fromBase58,
  isSigned,
  parseStatement,
  type Statement,
  statementMessage,
} from '@commonwire/oracle/domain';
import { fromHex, signEd25519 } from '@commonwire/sdk/core';
import { kindNameOf, mountOf } from '@commonwire/sdk/device';
import {
  deviceIndex,
  flag,
  keypairSource,
  networkAddress,
  oracleUrl,
  parseOptions,
  readBytes,
  readKeypair,
} from '@commonwire/sdk/node';
import { OracleClient } from '@commonwire/sdk/oracle';
import { z } from 'zod';
import { type Command, optionsByName } from '../command';
import { CliError } from '../errors';
import { date } from '../owning/options';

const common = { network: networkAddress, oracle: oracleUrl, json: flag };
const sign = z.object({
  ...common,
  device: deviceIndex,
  expires: date,
  date: date.optional(),
  keypair: keypairSource,
});
const check = z.object({ ...common, file: z.string() });
const actions = [
  { name: 'sign', options: sign },
  { name: 'check', options: check },
];

/** `commonwire attest`. */
export const attest: Command = {
  name: 'attest',
  group: 'device',
  summary: "signs an installer's statement that a device is there, or checks some",
  usage: `commonwire attest sign --network ADDRESS --oracle URL --device INDEX --expires DATE [--date DATE] [--keypair FILE] [--json]
commonwire attest check FILE --network ADDRESS --oracle URL [--json]

A policy may ask that large devices have a statement signed by an installer's key; without it they count up to a bound.
sign shows what the registry says of the device, signs it, and prints the statement for the policy's
attestation.statements. Sign only for what you have seen: key, capacity, mount and place. check reads statements, or a
policy that has some, and tells which are signed about the devices as they are registered. Nothing is sent to the chain.

  --network ADDRESS  the network's account
  --oracle URL       an oracle of it, for the device's registration; a statement about a wrong one counts nowhere
  --device INDEX     the device, by its index in the registry
  --expires DATE     from when on it says nothing any more: at most two years after --date
  --date DATE        when you were there (default: now)
  --keypair FILE     the installer's key, an Ed25519 key file of Solana's tools
  --json             the statement alone, or what was found of each

Exit status: 1 if a statement that was checked isn't signed about its device, or is over.`,
  examples: [
    'commonwire attest sign --device 7 --expires 2027-11-01 --keypair installer.json',
    'commonwire attest check policy.json',
  ],
  options: optionsByName(actions),

  run: (argv, write) => (argv[0] === 'check' ? runCheck(argv.slice(1), write) : runSign(argv, write)),
};

type Write = (line: string) => void;

/** @throws CliError `bad-statement` for times that a statement can't have */
async function runSign(argv: readonly string[], write: Write): Promise<number> {
  const { action: _, ...given } = parseOptions(
    'commonwire attest',
    argv,
    sign.extend({ action: z.literal('sign', 'is neither sign nor check') }),
    'action',
  );
  const { network, device: index, keypair, json } = given;
  const key = readKeypair(keypair);
  const device = await registered(new OracleClient(given.oracle), index);
  const times = {
    date: Number(given.date ?? BigInt(Math.floor(Date.now() / 1000))),
    expires: Number(given.expires),
  };
  const signature = signEd25519(statementMessage(network.toBytes(), device, times), {
    publicKey: key.publicKey.toBytes(),
    secretKey: key.secretKey,
  });
  const statement = parsed({
    device: index,
    installer: key.publicKey.toBase58(),
    ...times,
    signature: Buffer.from(signature).toString('base64'),
  });
  if (!json) for (const line of factsOf(device)) write(line);
  write(JSON.stringify(statement));
  return 0;
}

async function runCheck(argv: readonly string[], write: Write): Promise<number> {
  const { file, network, oracle, json } = parseOptions('commonwire attest check', argv, check, 'file');
  const client = new OracleClient(oracle);
  const now = Date.now() / 1000;
  const found: { device: number; installer: string; signed: boolean; valid: boolean }[] = [];
  for (const statement of statementsIn(file)) {
    const device = await registered(client, statement.device);
    const signed = isSigned(network.toBytes(), device, statement);
    const valid = signed && statement.date <= now && now < statement.expires;
    found.push({ device: statement.device, installer: statement.installer, signed, valid });
  }
  if (json) write(JSON.stringify(found));
  else
    for (const { device, installer, signed, valid } of found)
      write(
        `device ${device}: ${valid ? 'ok' : signed ? 'signed, but not valid now' : 'not signed about this device as it is registered'}, by ${installer}`,
      );
  return found.every(({ valid }) => valid) ? 0 : 1;
}

/** @throws CliError `bad-statement` */
function parsed(value: unknown): Statement {
  try {
    return parseStatement(value);
  } catch (cause) {
    if (!(cause instanceof z.ZodError)) throw cause;
    const { path, message } = cause.issues[0]!;
    throw new CliError('bad-statement', `${path.join('.') || 'statement'}: ${message}`, { cause });
  }
}

/** The statements of a file: one, a list, or those of a policy. @throws CliError `bad-statement` */
function statementsIn(file: string): Statement[] {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(readBytes(file)));
  } catch (cause) {
    throw new CliError('bad-statement', `${file}: ${(cause as Error).message}`, { cause });
  }
  const policy = value as { attestation?: { statements?: unknown } } | null;
  const found = policy?.attestation ? (policy.attestation.statements ?? []) : value;
  return (Array.isArray(found) ? found : [found]).map(parsed);
}

/** The device as an oracle's registry has it. */
async function registered(client: OracleClient, index: number): Promise<Device> {
  const { owner, key_type, device_key, kind, h3_cell, capacity } = await client.device(index);
  return {
    index,
    keyType: key_type,
    deviceKey: fromHex(device_key),
    owner: fromBase58(owner),
    kind,
    h3Cell: BigInt(`0x${h3_cell}`),
    capacity,
  };
}

const factsOf = ({ index, deviceKey, kind, capacity, h3Cell }: Device): string[] => [
  `device     ${index}, key ${Buffer.from(deviceKey).toString('hex')}`,
  `kind       ${kindNameOf(kind) ?? kind}, capacity ${capacity}, mount ${mountOf(h3Cell) ?? 'unknown'}`,
  `cell       ${h3Cell.toString(16)}`,
];
