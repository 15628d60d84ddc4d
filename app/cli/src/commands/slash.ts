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

/** Bonds that fit in a transaction together with two messages. */
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
  summary: 'removes an oracle that signed two different messages and takes its bonds',
  usage: `commonwire slash --rpc URL --network ADDRESS --evidence FILE [--keypair FILE] [--json]

If an oracle signed two different messages for the same epoch and attempt, removes it from the committee and takes all
its bonds. A tenth goes to whoever sends this, the network keeps the rest like fees. Anyone may do it.

  --rpc URL          RPC node of the cluster
  --network ADDRESS  the network's account
  --evidence FILE    JSON: {"oracle": KEY, "messages": [{"message", "signature"}, {"message", "signature"}]}, in base64:
                     an entry of "evidence" in an oracle's answer at /v1/evidence
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
      throw new CliError('nothing-to-slash', `oracle ${oracle} is not on the committee and has no bond here`);
    }
    const signatures: string[] = [];
    for (let at = 0; at < Math.max(1, bonds.length); at += BONDS) {
      const part = bonds.slice(at, at + BONDS).map((bond) => bond.address);
      const instructions = slashInstructions({
        network,
        reporter: payer.publicKey,
        evidence,
        bonds: part,
      });
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
    write(`committee  ${seated ? 'removed' : 'was not a member'}`);
    write(`slashed    ${lamports} lamports from ${count(bonds.length, 'bond')}`);
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
