import { readFileSync } from 'node:fs';
import { equal, sendAndConfirm } from '@commonwire/sdk/core';
import {
  fetchBonds,
  fetchNetwork,
  PROGRAM_ID,
  type ProvenEquivocation,
  proveEquivocation,
  slash as slashInstructions,
} from '@commonwire/sdk/network';
import { address, DEFAULT_KEYPAIR, flag, httpUrl, parseOptions, readKeypair } from '@commonwire/sdk/node';
import { equivocationSchema } from '@commonwire/sdk/oracle';
import { z } from 'zod';
import type { Command } from '../command';
import { connect } from '../connect';
import { CliError } from '../errors';
import { count } from '../format';

/** Bonds that fit a transaction beside two messages. */
const BONDS = 5;

const options = z.object({
  rpc: httpUrl,
  network: address,
  evidence: z.string(),
  keypair: z.string().default(DEFAULT_KEYPAIR),
  json: flag,
});

/** `commonwire slash`. */
export const slash: Command = {
  name: 'slash',
  summary: 'takes seat and bonds of an oracle that signed two messages',
  usage: `commonwire slash --rpc URL --network ADDRESS --evidence FILE [--keypair FILE] [--json]

Removes an oracle from the committee that signed two different messages for one epoch and attempt, and takes all bonds
behind it, which the network keeps as it does fees. Anyone may do it, for the transaction's fee.

  --rpc URL          RPC node of the cluster
  --network ADDRESS  the network's account
  --evidence FILE    JSON: {"oracle": KEY, "messages": [{"message", "signature"}, {"message", "signature"}]}, in base64: an
                     entry of "evidence" in what an oracle answers at /v1/evidence
  --keypair FILE     pays the fee (default: ${DEFAULT_KEYPAIR})
  --json             one JSON document`,

  async run(argv, write) {
    const { rpc, network, evidence: file, keypair, json } = parseOptions('commonwire slash', argv, options);
    const { oracle, evidence, identity } = proveEquivocation(readEvidence(file));
    const payer = readKeypair(keypair);
    const connection = await connect(rpc);
    const account = await fetchNetwork(connection, network);
    requireAbout(identity, account);
    const key = oracle.toBytes();
    const behind = await fetchBonds(connection, { network, oracle: key });
    const bonds = behind
      .filter(({ lamports }) => lamports > 0n)
      .sort((a, b) => Number(b.lamports - a.lamports));
    const seated = account.committee.keys.some((member) => equal(member, key));
    if (!seated && bonds.length === 0) {
      throw new CliError('nothing-to-slash', `oracle ${oracle} sits on no committee and has no bond here`);
    }
    const signatures: string[] = [];
    for (let at = 0; at < Math.max(1, bonds.length); at += BONDS) {
      const part = bonds.slice(at, at + BONDS).map((bond) => bond.address);
      const instructions = slashInstructions({ network, evidence, bonds: part });
      signatures.push(await sendAndConfirm(connection, payer, instructions));
    }
    const lamports = bonds.reduce((sum, bond) => sum + bond.lamports, 0n);
    if (json) {
      write(
        JSON.stringify({ oracle: oracle.toBase58(), removed: seated, lamports: `${lamports}`, signatures }),
      );
      return 0;
    }
    write(`oracle     ${oracle}, epoch ${identity.epoch}, attempt ${identity.attempt}`);
    write(`committee  ${seated ? 'removed' : 'it sat on none'}`);
    write(`bonds      ${lamports} lamports of ${count(bonds.length, 'bond')}`);
    write(`done by ${signatures.join(', ')}`);
    return 0;
  },
};

function readEvidence(file: string) {
  try {
    return equivocationSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new CliError('bad-file', `--evidence: ${file} holds none (${why}); see commonwire slash --help`, {
      cause,
    });
  }
}

function requireAbout(
  { program, network, birth }: ProvenEquivocation['identity'],
  account: Awaited<ReturnType<typeof fetchNetwork>>,
): void {
  const same =
    equal(program, PROGRAM_ID.toBytes()) &&
    equal(network, account.address.toBytes()) &&
    birth === account.birth;
  if (!same)
    throw new CliError('bad-file', `--evidence: it is about another network than ${account.address}`);
}
