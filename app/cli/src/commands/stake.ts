import {
  address,
  bigWhole,
  clusterUrl,
  flag,
  keypairSource,
  parseOptions,
  Signing,
  signingOptions,
  signingUsage,
  UsageError,
} from '@commonwire/sdk/node';
import { fetchPoolFacts } from '@commonwire/sdk/stake';
import { z } from 'zod';
import { carryOut } from '../carry-out';
import { type Command, forEachAction } from '../command';
import { connect } from '../connect';
import { daoStep } from '../dao/next-step';
import { JSON_USAGE } from '../options';
import { DRY_RUN_USAGE } from '../print';
import { packed } from '../sending';
import { type Asked, STAKE_ACTIONS } from '../staking/actions';
import { duration } from '../staking/duration';
import { fetchHoldings } from '../staking/holdings';
import { stakesJson, stakesLines } from '../staking/show';
import { walletOf } from '../wallet';

const ACTIONS = ['show', 'open', 'unlock', 'withdraw', 'claim'] as const;

const common = {
  action: z.enum(ACTIONS, `is not one of ${ACTIONS.join(', ')}`),
  url: clusterUrl,
  pool: address,
  json: flag,
};

const showing = z.object({ ...common, wallet: address.optional(), keypair: keypairSource });

const options = z.object({
  ...common,
  id: bigWhole(0n, 2n ** 64n - 1n, 'the number of a position').optional(),
  amount: z.string().optional(),
  lock: duration.optional(),
  'dry-run': flag,
  ...signingOptions,
});

/** `commonwire stake`. */
export const stake: Command = {
  name: 'stake',
  group: 'stake',
  summary: "stakes a network's tokens, with a lock or without, and claims the stakers' income",
  usage: `commonwire stake show --url URL --pool ADDRESS [--wallet ADDRESS | --keypair FILE] [--json]
commonwire stake open --url URL --pool ADDRESS --amount TOKENS [--lock TIME] [--id N]
commonwire stake unlock --url URL --pool ADDRESS --id N
commonwire stake withdraw --url URL --pool ADDRESS --id N
commonwire stake claim --url URL --pool ADDRESS [--id N]

A position weighs once its stake without a lock and four times with the longest, four years, in sharing income and in
votes. It neither earns nor votes from unlocking on, and can be withdrawn once its lock, or the pool's cool-down, is over.
show says where income is sent to, too.

  --url URL          an RPC node's address, or localhost, devnet, testnet or mainnet
  --pool ADDRESS     the pool; commonwire dao realms finds it by token or network
  --wallet ADDRESS   of show: whose positions; default: that of --keypair
  --amount TOKENS    number of tokens to stake, such as 1250.5
  --lock TIME        from unlocking to withdrawing, such as 90d; default: the pool's cool-down
  --id N             number of the position; default of open: the least that is free, of claim: all positions. An open
                     that names it can be run again: it stakes once
${signingUsage('the owner of the stakes; signs, pays or receives')}
${DRY_RUN_USAGE}
${JSON_USAGE}`,
  examples: [
    'commonwire stake open --pool POOL --amount 100 --lock 90d',
    'commonwire stake claim --pool POOL',
  ],
  options: { ...forEachAction(options), show: showing.omit({ action: true }) },

  async run(argv, write) {
    if (argv[0] === 'show') return show(argv, write);
    const given = parseOptions('commonwire stake', argv, options, 'action');
    const { action, url, pool, json, 'dry-run': dryRun } = given;
    requireFitting(action, given);
    const signing = Signing.read({ ...given, print: given.print || dryRun });
    const connection = await connect(url);
    const holdings = await fetchHoldings(connection, pool, signing.signer);
    const prepared = STAKE_ACTIONS[action as keyof typeof STAKE_ACTIONS](holdings, given);
    const isPrinted = signing.prints && !dryRun;
    const transactions = await packed(connection, signing.payer, prepared.groups, isPrinted);
    await carryOut({
      ...{ ...prepared, connection, signing, transactions, json, dryRun, write },
      about: { pool, action },
      nextStep: daoStep(),
    });
    return 0;
  },
};

/** Shows a pool, and the positions of a wallet where one is known. */
async function show(argv: readonly string[], write: (line: string) => void): Promise<number> {
  const { url, pool, wallet, keypair, json } = parseOptions('commonwire stake', argv, showing, 'action');
  const owner = wallet ?? walletOf(keypair);
  const connection = await connect(url);
  const holdings = owner ? await fetchHoldings(connection, pool, owner) : null;
  const facts = holdings ?? (await fetchPoolFacts(connection, pool));
  if (json) write(JSON.stringify(stakesJson(facts, holdings)));
  else for (const line of stakesLines(facts, holdings)) write(line);
  return 0;
}

/** Refuses options that the action doesn't take, and the lack of those that it needs. @throws UsageError */
function requireFitting(action: (typeof ACTIONS)[number], { id, amount, lock }: Asked): void {
  if ((amount === undefined) === (action === 'open'))
    throw new UsageError(`--amount ${amount === undefined ? 'is missing: open needs it' : 'is for open'}`);
  if (lock !== undefined && action !== 'open') throw new UsageError('--lock is for open');
  if (id === undefined && (action === 'unlock' || action === 'withdraw'))
    throw new UsageError(`--id is missing: ${action} needs it; see commonwire stake show`);
}
