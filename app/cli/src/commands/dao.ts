import { parseUnits } from '@commonwire/sdk/core';
import { networkProgram } from '@commonwire/sdk/network';
import {
  address,
  clusterUrl,
  flag,
  parseOptions,
  Signing,
  signingOptions,
  signingUsage,
  UsageError,
  whole,
} from '@commonwire/sdk/node';
import { getMint, TokenAccountNotFoundError, TokenInvalidAccountOwnerError } from '@solana/spl-token';
import type { Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import type { Command } from '../command';
import { connect } from '../connect';
import { execute, finalize, type Prepared, type Request, veto, vote } from '../dao/actions';
import { createDao, type NewDao, requireSafe } from '../dao/create';
import { fetchDecision } from '../dao/decision';
import { showProposal } from '../dao/show';
import { JSON_USAGE } from '../options';
import { printTransactions } from '../print';
import { sendAll } from '../sending';
import { duration } from '../staking/duration';

const ON_PROPOSALS = ['show', 'vote', 'veto', 'finalize', 'execute'] as const;
const action = z.enum(['create', ...ON_PROPOSALS], `is not one of create, ${ON_PROPOSALS.join(', ')}`);

const common = { action, url: clusterUrl, json: flag, ...signingOptions };

const percentage = whole(1, 100, 'a percentage from 1 to 100');

const creation = z.object({
  ...common,
  name: z.string().regex(/^.{1,32}$/, 'must have 1 to 32 characters'),
  mint: address,
  'income-mint': address.optional(),
  'income-window': duration.default(7 * 86_400),
  quorum: percentage,
  'proposal-weight': z.string(),
  voting: duration.default(3 * 86_400),
  'cool-off': duration.default(86_400),
  'hold-up': duration.default(2 * 86_400),
  guardian: z.array(address).default([]),
  veto: percentage.default(60),
  development: flag,
});

const deciding = z.object({ ...common, proposal: address, answer: z.enum(['yes', 'no']).optional() });

const ACTIONS: Record<
  Exclude<(typeof ON_PROPOSALS)[number], 'show'>,
  (request: Request, approve: boolean) => Promise<Prepared>
> = { vote, veto, finalize, execute };

/** `commonwire dao`. */
export const dao: Command = {
  name: 'dao',
  summary: "makes a DAO of a token's stakers, and votes on its proposals",
  usage: `commonwire dao create --url URL --name NAME --mint ADDRESS --quorum PERCENT --proposal-weight TOKENS
                      [--guardian ADDRESS ...] [options]
commonwire dao show --url URL --proposal ADDRESS [--json]
commonwire dao vote --url URL --proposal ADDRESS --answer yes|no
commonwire dao veto --url URL --proposal ADDRESS
commonwire dao finalize --url URL --proposal ADDRESS
commonwire dao execute --url URL --proposal ADDRESS

The DAO is a realm of SPL Governance, which Realms shows too: those who stake the token propose and decide by the weight of
their positions, and a council of guardians can only veto. Its treasury can be the authority of networks and the upgrade
authority of programs; commonwire govern ACTION --propose POOL proposes an action. Anyone can finalize and execute.

  --url URL                an RPC node's address, or localhost, devnet, testnet or mainnet
  --name NAME              of the realm; taken once on a cluster
  --mint ADDRESS           the token that is staked, of SPL Token
  --income-mint ADDRESS    the token in which stakers are paid; default: the same
  --income-window TIME     over which income is streamed, at least 1d; default 7d
  --quorum PERCENT         of all weight that must vote yes
  --proposal-weight TOKENS least weight to propose, as of tokens without a lock
  --voting TIME            how long a vote lasts; default 3d
  --cool-off TIME          of that the last, in which nobody can vote yes any more; default 1d
  --hold-up TIME           from decision to execution; at least 1d, default 2d
  --guardian ADDRESS       a member of the council; may be repeated
  --veto PERCENT           of the council that stops a proposal; default 60
  --development            allows a shorter --hold-up
  --proposal ADDRESS       the proposal
${signingUsage('signs, and pays what it does')}
${JSON_USAGE}`,

  async run(argv, write) {
    if (argv[0] === 'create') return create(argv, write);
    const given = parseOptions('commonwire dao', argv, deciding, 'action');
    const { action: act, url, json, proposal, answer } = given;
    if ((act === 'vote') !== (answer !== undefined))
      throw new UsageError(`--answer ${answer === undefined ? 'is missing: vote needs it' : 'is for vote'}`);
    const connection = await connect(url);
    const decision = await fetchDecision(connection, proposal);
    if (act === 'show') {
      await showProposal(connection, decision, json, write);
      return 0;
    }
    const signing = Signing.read(given);
    const request = { connection, decision, signer: signing.signer, payer: signing.payer };
    const { transactions, effects } = await ACTIONS[act as keyof typeof ACTIONS](request, answer === 'yes');
    if (signing.prints) return printTransactions({ signing, connection, transactions, effects, json, write });
    const signatures = await sendAll(transactions, { connection, signing });
    const { state } = (await fetchDecision(connection, proposal)).proposal;
    if (json) write(JSON.stringify({ proposal, action: act, effects, state, signatures }));
    else
      for (const line of [...effects, `state      ${state.toLowerCase()}`, ...signatures.map(landed)])
        write(line);
    return 0;
  },
};

const landed = (signature: string): string => `transaction ${signature}`;

async function create(argv: readonly string[], write: (line: string) => void): Promise<number> {
  const given = parseOptions('commonwire dao', argv, creation, 'action');
  const { url, json, name, mint, guardian: guardians, development } = given;
  if (given.print) throw new UsageError('--print: dao create makes keys of its own and sends what it does');
  const { voting: votingSeconds, 'cool-off': coolOffSeconds, 'hold-up': holdUpSeconds } = given;
  if (votingSeconds - coolOffSeconds < 3_600)
    throw new UsageError('--voting: SPL Governance asks for at least 1h in which everybody can vote');
  const twice = guardians.find((guardian, at) =>
    guardians.slice(0, at).some((other) => other.equals(guardian)),
  );
  if (twice) throw new UsageError(`--guardian: ${twice} is named twice, and would count twice`);
  const connection = await connect(url);
  const { decimals, freezeAuthority, mintAuthority } = await getMint(connection, mint).catch((cause) => {
    const isAbsent =
      cause instanceof TokenAccountNotFoundError || cause instanceof TokenInvalidAccountOwnerError;
    if (!isAbsent) throw cause;
    throw new UsageError(`--mint: ${mint} is not a mint of SPL Token: name the token that is staked`, {
      cause,
    });
  });
  if (freezeAuthority)
    throw new UsageError(
      `--mint: ${freezeAuthority} can freeze this token, and so keep stakes from their owners; take one that nobody can freeze`,
    );
  const proposalWeight = parseUnits(given['proposal-weight'], decimals);
  if (!proposalWeight)
    throw new UsageError(`--proposal-weight: ${given['proposal-weight']} is not a number of tokens above 0`);
  const incomeMint = given['income-mint'] ?? mint;
  const newDao: NewDao = {
    name,
    mint,
    incomeMint,
    incomeTokenProgram: await ownerOf(connection, incomeMint),
    windowSeconds: BigInt(given['income-window']),
    rules: {
      quorumPercent: given.quorum,
      proposalWeight,
      votingSeconds,
      coolOffSeconds,
      holdUpSeconds,
      vetoPercent: guardians.length > 0 ? given.veto : null,
    },
    guardians,
    development,
  };
  requireSafe(newDao);
  const told = json ? () => {} : write;
  const warnings =
    mintAuthority && !(await isNetwork(connection, mintAuthority))
      ? [`${mintAuthority} can mint the staked token, and outvote everybody who holds it`]
      : [];
  for (const warning of warnings) told(`beware     ${warning}`);
  const made = await createDao(connection, Signing.read(given), newDao, told);
  if (json) write(JSON.stringify({ ...made, warnings }));
  else
    write(
      `next       commonwire stake open --pool ${made.pool}; once many have staked, hand a network over: commonwire govern propose-authority --to ${made.treasury}`,
    );
  return 0;
}

/** Whether an account is a network, which mints no more than its policy allows. */
async function isNetwork(connection: Connection, account: PublicKey): Promise<boolean> {
  const info = await connection.getAccountInfo(account);
  return info?.owner.equals(networkProgram.address) ?? false;
}

async function ownerOf(connection: Connection, account: PublicKey): Promise<PublicKey> {
  const info = await connection.getAccountInfo(account);
  if (info) return info.owner;
  throw new UsageError(`--income-mint: there is no account ${account} on this cluster`);
}
