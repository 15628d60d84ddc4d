import { z } from 'zod';
import type { Case } from './case';
import type { World } from './world';

/**
 * What Solana's Rust `RpcClient` 4.3.2 sends, with every field that it writes (also the empty ones), and what it can
 * deserialise. Command-line tools of Solana and of spl-token ask by it, and so do most keepers and explorers in Rust.
 */
interface RustRequest {
  /** The command that asks so. */
  command: string;
  method: string;
  params: (known: World['known']) => unknown[];
  result: z.ZodType;
}

const COMMITMENT = { commitment: 'confirmed' };
const u64 = z.int().nonnegative();
const key = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/);
const inContext = (value: z.ZodType) => z.object({ context: z.object({ slot: u64 }), value });

const data = (encoding: string) => z.tuple([z.string().min(1), z.literal(encoding)]);
const account = (encoding: string) =>
  z.object({
    lamports: u64,
    owner: key,
    executable: z.boolean(),
    rentEpoch: z.number(),
    space: u64,
    data: data(encoding),
  });
const parsedAccount = (program: string, type: string) =>
  z.object({
    pubkey: key,
    account: z.object({
      data: z.object({ program: z.literal(program), parsed: z.object({ type: z.literal(type) }) }),
    }),
  });

const ACCOUNT = { encoding: 'base64+zstd', dataSlice: null, ...COMMITMENT, minContextSlot: null };
const TOKEN_PROGRAM = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';
const STAKE_PROGRAM = 'Stake11111111111111111111111111111111111111';
const FEATURE_PROGRAM = 'Feature111111111111111111111111111111111111';
const LOADER = 'BPFLoaderUpgradeab1e11111111111111111111111';
const sysvar = (name: string) => `Sysvar${name}`;

const programAccounts = (filters: unknown) => ({
  filters,
  encoding: 'base64+zstd',
  dataSlice: null,
  ...COMMITMENT,
  minContextSlot: null,
  withContext: null,
  sortResults: null,
});

const voter = z.object({
  votePubkey: key,
  nodePubkey: key,
  activatedStake: u64,
  commission: z.int(),
  epochVoteAccount: z.boolean(),
  epochCredits: z.array(z.tuple([u64, u64, u64])),
  lastVote: u64,
  rootSlot: u64,
});

const REQUESTS: readonly RustRequest[] = [
  {
    command: 'solana account',
    method: 'getAccountInfo',
    params: ({ mint }) => [mint, ACCOUNT],
    result: inContext(account('base64+zstd')),
  },
  {
    command: 'solana account of nothing',
    method: 'getAccountInfo',
    params: ({ delegate }) => [delegate, ACCOUNT],
    result: inContext(z.null()),
  },
  {
    command: 'solana program show',
    method: 'getAccountInfo',
    params: ({ program }) => [program, ACCOUNT],
    result: inContext(account('base64+zstd').extend({ owner: z.literal(LOADER) })),
  },
  {
    command: 'solana rent',
    method: 'getAccountInfo',
    params: () => [sysvar('Rent111111111111111111111111111111111'), ACCOUNT],
    result: inContext(account('base64+zstd').extend({ space: z.literal(17) })),
  },
  {
    command: 'solana nonce',
    method: 'getAccountInfo',
    params: ({ nonce }) => [nonce, ACCOUNT],
    result: inContext(account('base64+zstd').extend({ space: z.literal(80) })),
  },
  {
    command: 'solana feature status',
    method: 'getMultipleAccounts',
    params: ({ mint, delegate }) => [[mint, delegate], ACCOUNT],
    result: inContext(z.tuple([account('base64+zstd'), z.null()])),
  },
  {
    command: 'solana feature status (all)',
    method: 'getProgramAccounts',
    params: () => [FEATURE_PROGRAM, programAccounts(null)],
    result: z.array(z.object({ pubkey: key, account: account('base64+zstd') })),
  },
  {
    command: 'solana stakes',
    method: 'getProgramAccounts',
    params: ({ voteAccount }) => [
      STAKE_PROGRAM,
      programAccounts([
        { memcmp: { offset: 0, encoding: 'base58', bytes: '5Mc' } },
        { memcmp: { offset: 124, encoding: 'base58', bytes: voteAccount } },
      ]),
    ],
    result: z.array(z.object({ pubkey: key, account: account('base64+zstd') })),
  },
  {
    command: 'solana program show --programs',
    method: 'getProgramAccounts',
    params: () => [
      LOADER,
      programAccounts([{ memcmp: { offset: 0, encoding: 'bytes', bytes: [2, 0, 0, 0] } }]),
    ],
    result: z.array(z.object({ pubkey: key, account: account('base64+zstd') })).min(1),
  },
  {
    command: 'solana balance',
    method: 'getBalance',
    params: ({ payer }) => [payer, COMMITMENT],
    result: inContext(u64),
  },
  {
    command: 'solana block',
    method: 'getBlock',
    params: ({ slot }) => [
      slot,
      {
        encoding: 'base64',
        transactionDetails: null,
        rewards: null,
        ...COMMITMENT,
        maxSupportedTransactionVersion: 0,
      },
    ],
    result: z.object({
      blockhash: key,
      parentSlot: u64,
      transactions: z.array(z.object({ transaction: data('base64'), meta: z.object({ fee: u64 }) })).min(1),
      rewards: z.array(z.unknown()),
    }),
  },
  {
    command: 'solana blocks',
    method: 'getBlocks',
    params: ({ slot }) => [slot, COMMITMENT],
    result: z.array(u64).min(1),
  },
  {
    command: 'solana confirm -v',
    method: 'getTransaction',
    params: ({ transfer }) => [
      transfer,
      { encoding: 'base64', ...COMMITMENT, maxSupportedTransactionVersion: 0 },
    ],
    result: z.object({
      slot: u64,
      blockTime: z.int(),
      transaction: data('base64'),
      meta: z.object({
        err: z.null(),
        fee: z.literal(5000),
        preBalances: z.array(u64),
        postBalances: z.array(u64),
      }),
      version: z.literal('legacy'),
    }),
  },
  {
    command: 'solana confirm',
    method: 'getSignatureStatuses',
    params: ({ transfer }) => [[transfer], { searchTransactionHistory: true }],
    result: inContext(z.tuple([z.object({ slot: u64, err: z.null(), status: z.object({ Ok: z.null() }) })])),
  },
  {
    command: 'solana transaction-history',
    method: 'getSignaturesForAddress',
    params: ({ receiver }) => [
      receiver,
      { before: null, until: null, limit: 10, ...COMMITMENT, minContextSlot: null },
    ],
    result: z.array(z.object({ signature: z.string(), slot: u64, memo: z.string().nullable() })).min(2),
  },
  {
    command: 'solana transfer',
    method: 'getLatestBlockhash',
    params: () => [COMMITMENT],
    result: inContext(z.object({ blockhash: key, lastValidBlockHeight: u64 })),
  },
  {
    command: 'solana rent',
    method: 'getMinimumBalanceForRentExemption',
    params: () => [165, COMMITMENT],
    result: u64,
  },
  {
    command: 'solana validators',
    method: 'getVoteAccounts',
    params: () => [
      { votePubkey: null, keepUnstakedDelinquents: true, ...COMMITMENT, delinquentSlotDistance: null },
    ],
    result: z.object({ current: z.array(voter).length(1), delinquent: z.array(voter).length(0) }),
  },
  {
    command: 'solana block-production',
    method: 'getBlockProduction',
    params: () => [],
    result: inContext(
      z.object({
        byIdentity: z.record(key, z.tuple([u64, u64])),
        range: z.object({ firstSlot: u64, lastSlot: u64 }),
      }),
    ),
  },
  {
    command: 'solana gossip',
    method: 'getClusterNodes',
    params: () => [],
    result: z.array(z.object({ pubkey: key, version: z.string(), shredVersion: u64 })).length(1),
  },
  {
    command: 'solana leader-schedule',
    method: 'getLeaderSchedule',
    params: () => [null, COMMITMENT],
    result: z.record(key, z.array(u64).min(1)),
  },
  {
    command: 'solana epoch-info',
    method: 'getEpochInfo',
    params: () => [COMMITMENT],
    result: z.object({
      epoch: u64,
      slotIndex: u64,
      slotsInEpoch: u64,
      absoluteSlot: u64,
      blockHeight: u64,
      transactionCount: u64,
    }),
  },
  {
    command: 'solana epoch-info',
    method: 'getRecentPerformanceSamples',
    params: () => [60],
    result: z.array(z.object({ slot: u64, numTransactions: u64, numSlots: u64, samplePeriodSecs: u64 })),
  },
  {
    command: 'solana leader-schedule',
    method: 'getEpochSchedule',
    params: () => [],
    result: z.object({
      slotsPerEpoch: u64,
      leaderScheduleSlotOffset: u64,
      warmup: z.boolean(),
      firstNormalEpoch: u64,
      firstNormalSlot: u64,
    }),
  },
  {
    command: 'solana inflation',
    method: 'getInflationGovernor',
    params: () => [],
    result: z.object({
      initial: z.number(),
      terminal: z.number(),
      taper: z.number(),
      foundation: z.number(),
      foundationTerm: z.number(),
    }),
  },
  {
    command: 'solana inflation',
    method: 'getInflationRate',
    params: () => [],
    result: z.object({ total: z.number(), validator: z.number(), foundation: z.number(), epoch: u64 }),
  },
  {
    command: 'solana largest-accounts',
    method: 'getLargestAccounts',
    params: () => [{ ...COMMITMENT, filter: null, sortResults: null }],
    result: inContext(
      z
        .array(z.object({ address: key, lamports: u64 }))
        .min(1)
        .max(20),
    ),
  },
  {
    command: 'solana supply',
    method: 'getSupply',
    params: () => [COMMITMENT],
    result: inContext(
      z.object({
        total: u64,
        circulating: u64,
        nonCirculating: u64,
        nonCirculatingAccounts: z.array(key),
      }),
    ),
  },
  {
    command: 'solana transaction-count',
    method: 'getTransactionCount',
    params: () => [COMMITMENT],
    result: u64,
  },
  {
    command: 'solana stake-minimum-delegation',
    method: 'getStakeMinimumDelegation',
    params: () => [COMMITMENT],
    result: inContext(z.literal(1)),
  },
  { command: 'solana catchup', method: 'getIdentity', params: () => [], result: z.object({ identity: key }) },
  { command: 'solana genesis-hash', method: 'getGenesisHash', params: () => [], result: key },
  {
    command: 'solana cluster-version',
    method: 'getVersion',
    params: () => [],
    result: z.object({ 'solana-core': z.string(), 'feature-set': u64 }),
  },
  {
    command: 'spl-token accounts',
    method: 'getTokenAccountsByOwner',
    params: ({ payer }) => [
      payer,
      { programId: TOKEN_PROGRAM },
      { encoding: 'jsonParsed', dataSlice: null, ...COMMITMENT, minContextSlot: null },
    ],
    result: inContext(z.array(parsedAccount('spl-token', 'account')).length(1)),
  },
  {
    command: 'spl-token display',
    method: 'getTokenAccountBalance',
    params: ({ tokenAccount }) => [tokenAccount, COMMITMENT],
    result: inContext(
      z.object({
        amount: z.literal('5500000'),
        decimals: z.literal(6),
        uiAmount: z.literal(5.5),
        uiAmountString: z.literal('5.5'),
      }),
    ),
  },
  {
    command: 'spl-token supply',
    method: 'getTokenSupply',
    params: ({ mint }) => [mint, COMMITMENT],
    result: inContext(z.object({ amount: z.literal('5500000'), uiAmountString: z.literal('5.5') })),
  },
];

async function ask({ localnet, known }: World, { method, params, result }: RustRequest): Promise<void> {
  const response = await fetch(localnet.rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method, params: params(known) }),
  });
  const answer: any = await response.json();
  if (answer.error !== undefined) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
  result.parse(answer.result);
}

/** The requests of the Rust client. */
export const RUST_CASES: readonly Case[] = REQUESTS.map((request) => ({
  name: `rust: ${request.command} (${request.method})`,
  check: (world) => ask(world, request),
}));
