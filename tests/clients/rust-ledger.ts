import { z } from 'zod';
import { COMMITMENT, inContext, key, type RustRequest, u64 } from './rust-request';

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

/** Requests for accounts, blocks and transactions. */
export const LEDGER_REQUESTS: readonly RustRequest[] = [
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
