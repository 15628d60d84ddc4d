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
import { type CastVote, fetchDecision } from '@commonwire/sdk/realm';
import { getMint, TokenAccountNotFoundError, TokenInvalidAccountOwnerError } from '@solana/spl-token';
import type { Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { carryOut } from '../carry-out';
import type { Command } from '../command';
import { connect } from '../connect';
import { createDao, type NewDao, requireSafe } from '../dao/create';
import { execute, finalize } from '../dao/deciding';
import { nextOf, stateText } from '../dao/decision';
import { listProposals, listRealms } from '../dao/list';
import { daoStep } from '../dao/next-step';
import type { Prepared, Request } from '../dao/prepared';
import { showProposal } from '../dao/show';
import { retract, veto, vote } from '../dao/voting';
import { JSON_USAGE } from '../options';
import { DRY_RUN_USAGE } from '../print';
import { duration } from '../staking/duration';

const ON_PROPOSALS = ['vote', 'retract', 'veto', 'finalize', 'execute'] as const;
const ACTION_NAMES = ['create', 'realms', 'list', 'show', ...ON_PROPOSALS] as const;
const action = z.enum(ACTION_NAMES, `is not one of ${ACTION_NAMES.join(', ')}`);

const reading = { action, url: clusterUrl, json: flag };
const common = { ...reading, ...signingOptions, 'dry-run': flag };

const percentage = whole(1, 100, 'a percentage from 1 to 100');

const listing = z.object({ ...reading, pool: address });
const finding = z.object({ ...reading, mint: address.optional(), network: address.optional() });

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

const deciding = z.object({
  ...common,
  proposal: address,
  answer: z.enum(['yes', 'no', 'veto'], 'is neither yes nor no').optional(),
});

const ACTIONS: Record<
  (typeof ON_PROPOSALS)[number],
  (request: Request, answer: CastVote['answer'] | undefined) => Promise<Prepared>
> = { vote: (request, answer) => vote(request, answer!), retract, veto, finalize, execute };

/** `commonwire dao`. */
export const dao: Command = {
  name: 'dao',
  group: 'dao',
  summary: "makes a DAO of a token's stakers, and votes on its proposals",
  usage: `commonwire dao create --url URL --name NAME --mint ADDRESS --quorum PERCENT --proposal-weight TOKENS
                      [--guardian ADDRESS ...] [options]
commonwire dao realms --url URL (--mint ADDRESS | --network ADDRESS) [--json]
commonwire dao list --url URL --pool ADDRESS [--json]
commonwire dao show --url URL --proposal ADDRESS [--json]
commonwire dao vote --url URL --proposal ADDRESS --answer yes|no
commonwire dao retract --url URL --proposal ADDRESS
commonwire dao veto --url URL --proposal ADDRESS
commonwire dao finalize --url URL --proposal ADDRESS
commonwire dao execute --url URL --proposal ADDRESS

The DAO is a realm of SPL Governance, which Realms shows too: those who stake the token propose and decide by the weight of
their positions, and a council of guardians can only veto. Its treasury can be the authority of networks and the upgrade
authority of programs; commonwire govern ACTION --propose POOL proposes an action. realms lists the DAOs of a token or a
network, list the proposals of a DAO. retract takes a vote back while it is open. Anyone can finalize and execute.

  --url URL                an RPC node's address, or localhost, devnet, testnet or mainnet
  --name NAME              of the realm; taken once on a cluster
  --mint ADDRESS           the token that is staked, of SPL Token
  --network ADDRESS        of realms: the network whose reward token is staked
  --pool ADDRESS           of list: the pool of the DAO's stakers
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
  --answer ANSWER          yes or no; of retract, for who is also a guardian: the vote to take back, or veto
${signingUsage('signs, and pays what it does')}
${DRY_RUN_USAGE}
${JSON_USAGE}`,
  examples: [
    'commonwire dao realms --network NETWORK',
    'commonwire dao vote --proposal PROPOSAL --answer yes',
    'commonwire dao execute --proposal PROPOSAL --dry-run',
  ],
  options: {
    create: creation.omit({ action: true }),
    realms: finding.omit({ action: true }),
    list: listing.omit({ action: true }),
    ...Object.fromEntries(['show', ...ON_PROPOSALS].map((name) => [name, deciding.omit({ action: true })])),
  },

  async run(argv, write) {
    switch (argv[0]) {
      case 'create':
        return create(argv, write);
      case 'list': {
        const { url, pool, json } = parseOptions('commonwire dao', argv, listing, 'action');
        await listProposals(await connect(url), pool, json, write);
        return 0;
      }
      case 'realms': {
        const { url, json, ...of } = parseOptions('commonwire dao', argv, finding, 'action');
        if ((of.mint === undefined) === (of.network === undefined))
          throw new UsageError('name either --mint or --network');
        await listRealms(await connect(url), of, json, write);
        return 0;
      }
    }
    const given = parseOptions('commonwire dao', argv, deciding, 'action');
    const { action: act, url, json, proposal, answer, 'dry-run': dryRun } = given;
    requireAnswer(act, answer);
    const connection = await connect(url);
    const decision = await fetchDecision(connection, proposal);
    if (act === 'show') {
      await showProposal(connection, decision, json, write);
      return 0;
    }
    const signing = Signing.read({ ...given, print: given.print || dryRun });
    const request = { connection, decision, signer: signing.signer, payer: signing.payer };
    const prepared = await ACTIONS[act as keyof typeof ACTIONS](request, answer);
    await carryOut({
      ...{ ...prepared, connection, signing, json, dryRun, write },
      about: { proposal, action: act },
      nextStep: daoStep(decision),
      after: async () => {
        const decided = await fetchDecision(connection, proposal);
        return { state: stateText(decided.proposal.state), next: [`next       ${nextOf(decided)}`] };
      },
    });
    return 0;
  },
};

/** Requires the answer of those actions that take one. @throws UsageError */
function requireAnswer(act: string, answer: string | undefined): void {
  if (act === 'vote' && answer === undefined) throw new UsageError('--answer is missing: vote needs it');
  if (act === 'vote' && answer === 'veto')
    throw new UsageError('--answer: veto is for retract; guardians veto with commonwire dao veto');
  if (act !== 'vote' && act !== 'retract' && answer !== undefined)
    throw new UsageError('--answer is for vote and retract');
}

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
  const dryRun = given['dry-run'];
  const signing = Signing.read({ ...given, print: dryRun });
  const { signer, payer } = signing;
  const send: Signing['send'] = (...args) => signing.send(...args);
  if (dryRun) told('dry run: nothing was sent; the first of the transactions was simulated');
  const made = await createDao(connection, { signer, payer, send, dryRun }, newDao, told);
  if (json) write(JSON.stringify({ ...made, dry_run: dryRun, warnings }));
  else if (!dryRun)
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
