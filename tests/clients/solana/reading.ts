import type { ToolCommand } from '../command';
import { ADDRESS, solana } from './command';

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
  solana('block-production', ['block-production'], [/blocks/]),
  solana('cluster-date', ['cluster-date'], [/Unix Time: \d+/]),
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
];
