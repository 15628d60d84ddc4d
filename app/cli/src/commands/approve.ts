import { equal, fromBase64, verifySignature } from '@commonwire/sdk/core';
import {
  approvalAddress,
  approveEpoch,
  closeApproval,
  decodeApproval,
  decodeEpochMessage,
  type EpochMessage,
  encodeEpochMessage,
  fetchNetwork,
  type NetworkAccount,
  PROGRAM_ID,
} from '@commonwire/sdk/network';
import {
  address,
  bigWhole,
  deviceIndex,
  oracleUrl,
  parseOptions,
  type Signing,
  signingUsage,
  UsageError,
} from '@commonwire/sdk/node';
import { type EpochSignature, OracleClient } from '@commonwire/sdk/oracle';
import type { Connection, PublicKey, TransactionInstruction } from '@solana/web3.js';
import { z } from 'zod';
import { type Command, forEachAction } from '../command';
import { connect } from '../connect';
import { CliError } from '../errors';
import { short } from '../format';
import { JSON_USAGE, NETWORK_USAGE, networkOptions } from '../options';
import { DRY_RUN_USAGE, printTransactions, readSigning, sendingOptions } from '../print';
import { explained, type NextStep } from '../refused';

const options = z.object({
  action: z.enum(['epoch', 'close'], 'is neither epoch nor close'),
  ...networkOptions,
  ...sendingOptions,
  oracle: oracleUrl.optional(),
  key: address.optional(),
  epoch: bigWhole(1n, 2n ** 64n - 1n, 'the number of an epoch').optional(),
  attempt: deviceIndex.optional(),
  committee: deviceIndex.optional(),
});

/** `commonwire approve`. */
export const approve: Command = {
  name: 'approve',
  group: 'oracle',
  summary: "approves an epoch by a transaction of an oracle's key",
  usage: `commonwire approve epoch --url URL --network ADDRESS --oracle URL --keypair FILE [--payer FILE] [--dry-run] [--json]
commonwire approve close --url URL --network ADDRESS --key KEY --epoch N --attempt N --committee N [--keypair FILE] [--dry-run] [--json]

On a cluster without Solana's Ed25519 program, members approve an epoch by a transaction, which counts as a signature.
Oracles do that by themselves if they have a key that pays; this is for one that has none. Only what the oracle has signed
already is approved, so that an approval never contradicts a signature: that would cost its seat and bond. close returns
the rent of an approval of an epoch two or more before the current one to whoever paid it; anyone may.

${NETWORK_USAGE}
  --oracle URL       epoch: the oracle whose key is used
  --key KEY          close: the oracle's public key, base58, and
  --epoch N --attempt N --committee N  what the approval was about: epoch, attempt and version of the committee
${signingUsage("epoch: the oracle's own key; pays rent and fee")}
${DRY_RUN_USAGE}
${JSON_USAGE}`,
  examples: ['commonwire approve epoch --keypair oracle.json --payer wallet.json'],
  options: forEachAction(options),

  async run(argv, write) {
    const given = parseOptions('commonwire approve', argv, options, 'action');
    const { action, url, network, json } = given;
    if (action === 'epoch' && given.oracle === undefined)
      throw new UsageError('--oracle is missing: it is required for epoch');
    const signing = readSigning(given);
    const connection = await connect(url);
    const account = await fetchNetwork(connection, network);
    const { instruction, effect, facts } =
      action === 'epoch'
        ? await approving(account, signing, new OracleClient(given.oracle!))
        : await closing(connection, account, given);
    const nextStep: NextStep = (code) =>
      code === 'approval-needed'
        ? `it is evidence until epoch ${BigInt(facts.epoch) + 2n} is promoted`
        : undefined;
    if (signing.prints) {
      const transactions = [[instruction]];
      const [effects, dryRun] = [[effect], given['dry-run']];
      return printTransactions({
        ...{ signing, connection, transactions, effects, json, dryRun, nextStep, write, facts },
      });
    }
    const signature = await explained(signing.send(connection, [instruction]), nextStep);
    if (json) write(JSON.stringify({ ...facts, signature }));
    else for (const line of [effect, `transaction ${signature}`]) write(line);
    return 0;
  },
};

interface Step {
  instruction: TransactionInstruction;
  effect: string;
  facts: { approval: string; oracle: string; epoch: string; attempt: number };
}

const factsOf = (approval: PublicKey, oracle: PublicKey, epoch: bigint, attempt: number): Step['facts'] => ({
  approval: approval.toBase58(),
  oracle: oracle.toBase58(),
  epoch: `${epoch}`,
  attempt,
});

/** Approves what the signer's oracle has signed last about the next epoch. */
async function approving(account: NetworkAccount, signing: Signing, client: OracleClient): Promise<Step> {
  const { signer: oracle, payer } = signing;
  const epoch = account.current.epoch + 1n;
  const answer = await client.signatures(Number(epoch));
  if (answer.oracle !== oracle.toBase58())
    throw new CliError(
      'wrong-key',
      `${client.url} is oracle ${answer.oracle}, but --keypair holds ${oracle}: only an oracle's own key can approve`,
    );
  const signed = answer.signatures.flatMap((one) => signedMessage(one, oracle));
  const message = signed
    .filter((one) => fits(one, account))
    .sort((a, b) => a.attempt - b.attempt)
    .at(-1);
  if (!message)
    throw new CliError(
      'nothing-signed',
      `oracle ${oracle} has signed nothing about epoch ${epoch} that the chain would take now: attempt ${account.attempt} or later of committee version ${account.committee.version}`,
    );
  const bytes = encodeEpochMessage(message);
  const { committeeVersion, attempt } = message;
  const at = { network: account.address, committeeVersion, epoch, attempt, oracle: oracle.toBytes() };
  return {
    instruction: approveEpoch({ network: account.address, oracle, payer, message: bytes }),
    effect: `oracle ${oracle} approves epoch ${epoch}, attempt ${attempt}, of committee version ${committeeVersion}, root ${short(message.ledgerRoot)}`,
    facts: factsOf(approvalAddress(at), oracle, epoch, attempt),
  };
}

/** Returns the message if the signature over it is the oracle's. */
function signedMessage({ message, signature }: EpochSignature, oracle: PublicKey): EpochMessage[] {
  const [bytes, publicKey] = [fromBase64(message), oracle.toBytes()];
  const isSigned = verifySignature({
    keyType: 0,
    publicKey,
    message: bytes,
    signature: fromBase64(signature),
  });
  return isSigned ? [decodeEpochMessage(bytes)] : [];
}

/** Whether a message is about this network's next epoch and present committee, in an attempt that can still be posted. */
const fits = (
  message: EpochMessage,
  { address: network, birth, genesisHash, current, attempt, committee }: NetworkAccount,
) =>
  equal(message.network, network.toBytes()) &&
  equal(message.program, PROGRAM_ID.toBytes()) &&
  equal(message.genesisHash, genesisHash) &&
  message.birth === birth &&
  message.epoch === current.epoch + 1n &&
  message.attempt >= attempt &&
  message.committeeVersion === committee.version;

/** Closes an approval. @throws UsageError CliError `no-approval` */
async function closing(
  connection: Connection,
  { address: network }: NetworkAccount,
  { key, epoch, attempt, committee }: z.output<typeof options>,
): Promise<Step> {
  if (key === undefined || epoch === undefined || attempt === undefined || committee === undefined)
    throw new UsageError('--key, --epoch, --attempt and --committee are required for close');
  const at = { network, committeeVersion: committee, epoch, attempt, oracle: key.toBytes() };
  const approval = approvalAddress(at);
  const info = await connection.getAccountInfo(approval);
  if (!info?.owner.equals(PROGRAM_ID))
    throw new CliError(
      'no-approval',
      `oracle ${key} has no approval of epoch ${epoch}, attempt ${attempt}, of committee version ${committee}`,
    );
  const { payer } = decodeApproval(approval, info.data);
  return {
    instruction: closeApproval({ network, approval, payer }),
    effect: `the rent of the approval ${approval} returns to ${payer}`,
    facts: factsOf(approval, key, epoch, attempt),
  };
}
