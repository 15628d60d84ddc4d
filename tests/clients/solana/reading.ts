import type { ToolCommand } from '../command';
import { ADDRESS, SIGNATURE, solana } from './command';

/** Commands that read what is there. */
export const READING: readonly ToolCommand[] = [
  solana('cluster-version', ['cluster-version'], [/^\d+\.\d+\.\d+/]),
  solana('genesis-hash', ['genesis-hash'], [new RegExp(ADDRESS)]),
  solana('slot', ['slot'], [/^\d+/]),
  solana('epoch', ['epoch'], [/^\d+/]),
  solana('epoch-info', ['epoch-info'], [/Epoch: \d+/, /Transaction Count: \d+/]),
  solana('block-height', ['block-height'], [/^\d+/]),
  solana('first-available-block', ['first-available-block'], [/^\d+/]),
  solana('block-time', ({ known }) => ['block-time', String(known.slot)], [/Date: /]),
  solana('block', ({ known }) => ['block', String(known.slot)], [/Slot: \d+/, /Memo|Program Memo/]),
  solana('block-production', ['block-production'], [/Blocks Produced/]),
  solana('cluster-date', ['cluster-date'], [/Date: \d{4}-/]),
  solana('transaction-count', ['transaction-count'], [/^\d+/]),
  solana('supply', ['supply', '--print-accounts'], [/Total: /]),
  solana('total-supply', ['total-supply'], [/SOL/]),
  solana('largest-accounts', ['largest-accounts'], [/SOL/]),
  solana('rent', ['rent', '165'], [/0\.00148844 SOL/]),
  solana('recent-prioritization-fees', ['recent-prioritization-fees'], [/fee/i]),
  solana('balance', ({ known }) => ['balance', known.payer], [/SOL/]),
  solana('account of a mint', ({ known }) => ['account', known.mint], [/Length: 82/]),
  solana('account, as JSON', ({ known }) => ['account', known.tokenAccount, '--output', 'json-compact'], [
    /"type":"account"|base64/,
  ]),
  solana('validators', ['validators'], [/Active Stake: 1000/]),
  solana('stakes', ['stakes'], [/Active Stake|Delegated Stake/]),
  solana('stakes of a vote account', ({ known }) => ['stakes', known.voteAccount], [/Delegated/]),
  solana('vote-account', ({ known }) => ['vote-account', known.voteAccount], [/Validator Identity: /]),
  solana('leader-schedule', ['leader-schedule'], [new RegExp(`\\d+ +${ADDRESS}`)]),
  solana('inflation', ['inflation'], [/Inflation Governor/]),
  solana('inflation rewards', ({ known }) => ['inflation', 'rewards', known.voteAccount]),
  solana('gossip', ['gossip'], [/Nodes: 1/]),
  solana('stake-history', ['stake-history']),
  solana('stake-minimum-delegation', ['stake-minimum-delegation'], [/1 SOL/]),
  solana('feature status', ['feature', 'status'], [/active/]),
  solana('validator-info get', ['validator-info', 'get']),
  solana('nonce', ({ known }) => ['nonce', known.nonce], [new RegExp(ADDRESS)]),
  solana('nonce-account', ({ known }) => ['nonce-account', known.nonce], [/Authority: /]),
  solana('address-lookup-table get', ({ known }) => ['address-lookup-table', 'get', known.table], [
    /Authority: /,
  ]),
  solana('confirm', ({ known }) => ['confirm', '--verbose', known.transfer], [
    /Finalized|Confirmed/,
    /for the reading/,
  ]),
  solana('confirm of a failed one', ({ known }) => ['confirm', '--verbose', known.failed], [
    /custom program error: 0x1/,
  ]),
  solana('confirm of a version 0 one', ({ known }) => ['confirm', '--verbose', known.versioned], [
    /Address Table Lookup/,
  ]),
  solana(
    'transaction-history',
    ({ known }) => ['transaction-history', known.receiver, '--show-transactions'],
    [/transactions found/],
  ),
  solana('account with lamports', ({ known }) => ['account', known.payer, '--lamports'], [
    /Balance: \d+ lamports/,
  ]),
  solana('balance in lamports', ({ known }) => ['balance', known.payer, '--lamports'], [/\d+ lamports/]),
  solana('epoch-info, as JSON', ['epoch-info', '--output', 'json'], [/"slotsInEpoch": 432000/]),
  solana('block, as JSON', ({ known }) => ['block', String(known.slot), '--output', 'json'], [/"blockhash"/]),
  solana('validators, as JSON', ['validators', '--output', 'json'], [/"totalActiveStake"/]),
  solana('largest-accounts --circulating', ['largest-accounts', '--circulating'], [/SOL/]),
  solana(
    'recent-prioritization-fees of accounts',
    ({ known }) => ['recent-prioritization-fees', known.payer],
    [/\d/],
  ),
  solana(
    'feature status of one',
    ['feature', 'status', 'chaie9S2zVfuxJKNRGkyTDokLwWxx6kD2ZLsqQHaDD8'],
    [/active|inactive/],
  ),
  solana('alpenglow-genesis-info', ['alpenglow-genesis-info'], [/still running tower/]),
  solana('address', ['address'], [new RegExp(ADDRESS)]),
  solana('resolve-signer', ({ files }) => ['resolve-signer', files.payer], [/keypair\.json/]),
  solana('create-address-with-seed', ['create-address-with-seed', 'meter', 'STAKE'], [new RegExp(ADDRESS)]),
  solana(
    'find-program-derived-address',
    ({ known }) => ['find-program-derived-address', known.program, 'string:seed'],
    [new RegExp(ADDRESS)],
  ),
  solana('sign-offchain-message', ['sign-offchain-message', 'by the tool'], [], {
    keeps: { offchain: new RegExp(`(${SIGNATURE})`) },
  }),
  solana(
    'verify-offchain-signature',
    ({ found }) => ['verify-offchain-signature', 'by the tool', found.offchain!],
    [/Signature is valid/],
  ),
  solana('config get', ['config', 'get'], [/RPC URL: /]),
  solana('catchup: there is no second node', ({ known }) => ['catchup', known.validator], [], {
    refused: /reference the same node/,
  }),
];
