import { PublicKey } from '@solana/web3.js';
import { equal, fromBase64 } from '../core/bytes';
import type { SignedMessage } from '../core/ed25519-instruction';
import { CommonwireError } from '../core/errors';
import { verifySignature } from '../core/signatures';
import type { Equivocation } from '../oracle/api';
import { decodeEpochMessage, type EpochMessage } from './epoch-message';

/** Evidence that proves nothing. */
export class EvidenceError extends CommonwireError {
  declare readonly code: 'not-equivocation';

  constructor(reason: string, options?: ErrorOptions) {
    super('not-equivocation', `this proves nothing: ${reason}`, options);
  }
}

/** Proven equivocation, in the form that `slash` takes. */
export interface ProvenEquivocation {
  oracle: PublicKey;
  evidence: [SignedMessage, SignedMessage];
  /** The fields on which both messages agree. */
  identity: Pick<
    EpochMessage,
    'program' | 'genesisHash' | 'network' | 'birth' | 'committeeVersion' | 'epoch' | 'attempt'
  >;
}

/**
 * Requires that both signatures are the oracle's and that no honest oracle signs both messages: they are about the same
 * network, committee version, epoch and attempt, and differ.
 * @throws EvidenceError
 */
export function proveEquivocation({ oracle, messages }: Equivocation): ProvenEquivocation {
  const key = new PublicKey(oracle);
  const publicKey = key.toBytes();
  const signed = ({ message, signature }: Equivocation['messages'][number]): SignedMessage => ({
    message: fromBase64(message),
    signatures: [{ publicKey, signature: fromBase64(signature) }],
  });
  const [first, second] = messages;
  if (!first || !second) throw new EvidenceError('evidence is two messages');
  const [one, other] = [signed(first), signed(second)];
  for (const { message, signatures } of [one, other]) {
    const { signature } = signatures[0]!;
    if (!verifySignature({ keyType: 0, publicKey, message, signature }))
      throw new EvidenceError(`a signature is not ${oracle}'s`);
  }
  const [identity, otherIdentity] = [identityOf(one.message), identityOf(other.message)];
  if (!sameIdentity(identity, otherIdentity))
    throw new EvidenceError('the messages are about different networks, committees, epochs or attempts');
  if (equal(one.message, other.message)) throw new EvidenceError('both messages are the same');
  return { oracle: key, evidence: [one, other], identity };
}

function identityOf(bytes: Uint8Array): ProvenEquivocation['identity'] {
  try {
    const { program, genesisHash, network, birth, committeeVersion, epoch, attempt } =
      decodeEpochMessage(bytes);
    return { program, genesisHash, network, birth, committeeVersion, epoch, attempt };
  } catch (cause) {
    throw new EvidenceError(`a message is no epoch message (${(cause as Error).message})`, { cause });
  }
}

const sameIdentity = (a: ProvenEquivocation['identity'], b: ProvenEquivocation['identity']): boolean =>
  equal(a.program, b.program) &&
  equal(a.genesisHash, b.genesisHash) &&
  equal(a.network, b.network) &&
  a.birth === b.birth &&
  a.committeeVersion === b.committeeVersion &&
  a.epoch === b.epoch &&
  a.attempt === b.attempt;
