import { readFileSync } from 'node:fs';
import { count, equal } from '@commonwire/sdk/core';
import {
  fetchNetwork,
  findBonds,
  PROGRAM_ID,
  type ProvenEquivocation,
  proveEquivocation,
  slash as slashInstructions,
} from '@commonwire/sdk/network';
import { address, parseOptions, signingUsage } from '@commonwire/sdk/node';
import { equivocationSchema } from '@commonwire/sdk/oracle';
import type { TransactionInstruction } from '@solana/web3.js';
import { z } from 'zod';
import type { Command } from '../command';
import { connect } from '../connect';
import { CliError } from '../errors';
import { JSON_USAGE, NETWORK_USAGE, networkOptions } from '../options';
import { DRY_RUN_USAGE, printTransactions, readSigning, sendingOptions } from '../print';

/** Bonds that fit in a transaction together with two messages. */
const BONDS = 5;

const options = z.object({
  ...networkOptions,
  ...sendingOptions,
  evidence: z.string(),
  depositor: z.array(address).default([]),
});

const HINT =
  ' that its authority, its creator, the oracle or this key deposited; the RPC node does not search the accounts of a program: name others with --depositor ADDRESS';

/** `commonwire slash`. */
export const slash: Command = {
  name: 'slash',
  group: 'oracle',
  summary: 'removes an oracle that signed two different messages and takes its bonds',
  usage: `commonwire slash --url URL --network ADDRESS --evidence FILE [--depositor ADDRESS ...] [--keypair FILE] [--dry-run] [--json]

If an oracle signed two different messages for the same epoch and attempt, removes it from the committee and takes all
its bonds. A tenth goes to whoever sends this, the network keeps the rest like fees. Anyone may do it.

${NETWORK_USAGE}
  --evidence FILE    JSON: {"oracle": KEY, "messages": [{"message", "signature"}, {"message", "signature"}]}, in base64:
                     an entry of "evidence" in an oracle's answer at /v1/evidence
  --depositor ADDR   who deposited a bond, where the RPC node does not search the accounts of a program
${signingUsage('pays the fee')}
${DRY_RUN_USAGE}
${JSON_USAGE}`,
  examples: ['commonwire slash --evidence evidence.json --dry-run'],
  options,

  async run(argv, write) {
    const given = parseOptions('commonwire slash', argv, options);
    const { url, network, evidence: file, json } = given;
    const { oracle, evidence, identity } = proveEquivocation(readEvidence(file));
    const signing = readSigning(given);
    const connection = await connect(url);
    const account = await fetchNetwork(connection, network);
    requireAbout(identity, account);
    const key = oracle.toBytes();
    const likely = [...given.depositor, account.authority, account.creator, signing.signer];
    const { bonds: behind, isComplete } = await findBonds(connection, { network, oracles: [key], likely });
    const bonds = behind
      .filter(({ lamports }) => lamports > 0n)
      .sort((a, b) => Number(b.lamports - a.lamports));
    const seated = account.committee.keys.some((member) => equal(member, key));
    if (!seated && bonds.length === 0) {
      throw new CliError(
        'nothing-to-slash',
        `oracle ${oracle} is not on the committee and has no bond here${isComplete ? '' : HINT}`,
      );
    }
    const transactions: TransactionInstruction[][] = [];
    for (let at = 0; at < Math.max(1, bonds.length); at += BONDS) {
      const part = bonds.slice(at, at + BONDS).map((bond) => bond.address);
      const { signer: reporter } = signing;
      transactions.push(slashInstructions({ network, reporter, evidence, bonds: part }));
    }
    // Bonds by other depositors may be left: they can be slashed later, with the same evidence.
    const left = isComplete ? [] : [`only bonds${HINT}`];
    const lamports = bonds.reduce((sum, bond) => sum + bond.lamports, 0n);
    if (signing.prints) {
      const effects = [
        `slashes ${lamports} lamports from ${count(bonds.length, 'bond')} of oracle ${oracle}`,
        ...left,
      ];
      const dryRun = given['dry-run'];
      return printTransactions({ signing, connection, transactions, effects, json, dryRun, write });
    }
    const signatures: string[] = [];
    for (const instructions of transactions) signatures.push(await signing.send(connection, instructions));
    if (json) {
      write(
        JSON.stringify({
          oracle: oracle.toBase58(),
          removed: seated,
          lamports: `${lamports}`,
          all_bonds_searched: isComplete,
          signatures,
        }),
      );
      return 0;
    }
    write(`oracle     ${oracle}, epoch ${identity.epoch}, attempt ${identity.attempt}`);
    write(`committee  ${seated ? 'removed' : 'was not a member'}`);
    write(`slashed    ${lamports} lamports from ${count(bonds.length, 'bond')}`);
    for (const line of left) write(`note       ${line}`);
    write(`transactions ${signatures.join(', ')}`);
    return 0;
  },
};

function readEvidence(file: string) {
  try {
    return equivocationSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new CliError(
      'bad-file',
      `--evidence: ${file} is not valid evidence (${why}); see commonwire slash --help`,
      {
        cause,
      },
    );
  }
}

function requireAbout(
  { program, network, birth, genesisHash }: ProvenEquivocation['identity'],
  account: Awaited<ReturnType<typeof fetchNetwork>>,
): void {
  const same =
    equal(program, PROGRAM_ID.toBytes()) &&
    equal(network, account.address.toBytes()) &&
    birth === account.birth &&
    equal(genesisHash, account.genesisHash);
  if (!same) throw new CliError('bad-file', `--evidence: it is not about network ${account.address}`);
}
