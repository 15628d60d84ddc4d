/** Installers' statements that large devices are there: without one, a device counts up to a bound of the policy. */
import { fromBase64, verifyEd25519 } from '@commonwire/sdk/core';
import {
  type Attestation,
  attestationMessage,
  EARNING_KINDS,
  type EarningKind,
  earns,
  kindNameOf,
} from '@commonwire/sdk/device';
import { z } from 'zod';
import { fromBase58, isAddress } from './address';

/** The most installers and statements that a policy has: every manifest repeats it. */
const MOST_INSTALLERS = 64;
const MOST_STATEMENTS = 1_024;
/** Two years. */
const LONGEST = 63_072_000;

const unixSeconds = z.number().int().min(0).max(1e11);
const key = z.string().refine(isAddress, 'must be a public key in base58');
const capacity = z.number().int().min(1).max(0xffff_ffff);

const statementSchema = z
  .strictObject({
    /** Index in the registry. */
    device: z.number().int().min(0).max(0xffff_ffff),
    /** One of the policy's installers, who signed it. */
    installer: key,
    /** When it was signed, and from when on it says nothing any more, unix seconds; at most two years later. */
    date: unixSeconds,
    expires: unixSeconds,
    /** Base64, over what `attestationMessage` encodes. */
    signature: z.string().regex(/^[A-Za-z0-9+/]{86}==$/, 'must be 64 bytes in base64'),
  })
  .superRefine(({ date, expires }, context) => {
    if (expires <= date || expires - date > LONGEST)
      context.addIssue({
        code: 'custom',
        path: ['expires'],
        message: 'must be after date, and at most two years',
      });
  });

/** A statement as the policy has it. */
export type Statement = z.output<typeof statementSchema>;

/** Reads a statement. @throws ZodError */
export const parseStatement = (value: unknown): Statement => statementSchema.parse(value);

const capacities = Object.fromEntries(EARNING_KINDS.map((name) => [name, capacity.optional()])) as Record<
  EarningKind,
  z.ZodOptional<typeof capacity>
>;

/** The policy's statements; docs/verification/attestation.md has their rules. */
export const attestationPolicy = z
  .strictObject({
    /** By kind: the capacity up to which a device counts without a statement. Kinds that are left out need none. */
    capacity: z.strictObject(capacities).prefault({}),
    /** Whose statements count, public keys. */
    installers: z.array(key).max(MOST_INSTALLERS).default([]),
    /** In order of devices, one of each at most. */
    statements: z.array(statementSchema).max(MOST_STATEMENTS).default([]),
  })
  .superRefine(({ installers, statements }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (new Set(installers).size !== installers.length) refuse('installers', 'must not name one twice');
    if (statements.some(({ device }, i) => i > 0 && device <= statements[i - 1]!.device))
      refuse('statements', 'must be in ascending order of devices');
    const other = statements.find(({ installer }) => !installers.includes(installer));
    if (other)
      refuse('statements', `must be of the policy's installers: that of device ${other.device} is not`);
  });

export type AttestationPolicy = Readonly<z.output<typeof attestationPolicy>>;

/** A device as it is registered, as far as a statement is about it. */
type Registered = Attestation['device'];

/** What an installer signed for a device of a network. */
export const statementMessage = (
  network: Uint8Array,
  device: Registered,
  { date, expires }: Pick<Statement, 'date' | 'expires'>,
): Uint8Array => attestationMessage({ network, device, date, expires });

/** Whether an installer signed this about the device as it is registered. */
export function isSigned(network: Uint8Array, device: Registered, statement: Statement): boolean {
  const message = statementMessage(network, device, statement);
  return verifyEd25519(fromBase58(statement.installer), message, fromBase64(statement.signature));
}

/** The devices that have a statement at a cut which is signed about them as they are registered. */
export function attestedAt(
  { statements }: AttestationPolicy,
  { network, cutTime }: { readonly network: Uint8Array; readonly cutTime: number },
  device: (index: number) => Registered | undefined,
): Set<number> {
  const attested = new Set<number>();
  for (const statement of statements) {
    const registered = device(statement.device);
    const isValid = statement.date <= cutTime && cutTime < statement.expires;
    if (registered && isValid && isSigned(network, registered, statement)) attested.add(statement.device);
  }
  return attested;
}

/** The capacity by which a device counts: what is registered, or the policy's bound without a statement. */
export function countedCapacity(
  policy: AttestationPolicy,
  { index, kind, capacity: registered }: Registered & { readonly index: number },
  attested: ReadonlySet<number>,
): number {
  const name = kindNameOf(kind);
  const most = name && earns(name) ? policy.capacity[name] : undefined;
  return most === undefined || attested.has(index) ? registered : Math.min(most, registered);
}
