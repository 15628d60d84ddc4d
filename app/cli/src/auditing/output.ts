import { explain, toBase58 } from '@commonwire/oracle/domain';
import { time, toHex, tokens } from '@commonwire/sdk/core';
import { KINDS, type KindFacts } from '@commonwire/sdk/device';
import type { NetworkAccount } from '@commonwire/sdk/network';
import { short } from '../format';
import type { Audit } from './audit';
import type { Explanation } from './device';

/** Formats an audit as text lines. */
export function auditLines(network: NetworkAccount, audit: Audit, device: Explanation | null): string[] {
  const { checks, repeated, epoch, shard } = audit;
  const what = shard === undefined ? `epoch ${epoch}` : `shard ${shard} of epoch ${epoch}`;
  const reproduced = 'every byte is reproduced from its reports, registry and policy';
  const failed = checks.find(({ holds }) => !holds);
  const verdict = failed ? `${what} DOES NOT HOLD: ${failed.detail}` : `${what} holds: ${reproduced}`;
  const result = repeated?.result;
  return [
    `network ${network.address}: epoch ${epoch}`,
    ...checks.map(
      ({ about, holds, detail }) => `${holds ? 'holds' : 'FAILS'}  ${about.padEnd(11)} ${detail}`,
    ),
    ...(result && !device ? summary(network.decimals, result) : []),
    ...(device ? deviceLines(network.decimals, device, failed !== undefined) : []),
    verdict,
  ];
}

const row = (label: string, value: string): string => `${label.padEnd(13)}${value}`;

const counts = (by: Readonly<Record<string, number>>): string => {
  const each = Object.entries(by).map(([code, number]) => `${number} ${code}`);
  return each.length > 0 ? ` (${each.join(', ')})` : '';
};

function summary(
  decimals: number,
  { totals, deviceCount, ledgerRoot }: NonNullable<Audit['repeated']>['result'],
): string[] {
  const amount = (text: string) => tokens(BigInt(text), decimals);
  const { accepted, zeroed, rejected, duplicate } = totals;
  return [
    row('devices', `${deviceCount}`),
    row(
      'reports',
      `${accepted} accepted, ${zeroed} zeroed, ${rejected} rejected${counts(totals.rejected_by_code)}, ${duplicate} duplicate`,
    ),
    row(
      'refused',
      `${Object.values(totals.refused_by_code).reduce((sum, n) => sum + n, 0)} according to the oracles${counts(totals.refused_by_code)}`,
    ),
    row(
      'budget',
      `${amount(totals.budget)}: ${amount(totals.allocated)} allocated, of which ${amount(totals.repaid)} repaid debts, ${amount(totals.unallocated)} left`,
    ),
    row('earned', `${amount(totals.earned_total)} by all devices since the start`),
    row('ledger root', toHex(ledgerRoot)),
  ];
}

/** Unit of a kind's values; empty where this software doesn't know the kind. */
const unitOf = (kind: string): string =>
  (KINDS as Readonly<Record<string, KindFacts | undefined>>)[kind]?.unit ?? '';

const HEADS = ['start', 'minutes', 'value', 'verdict', 'units', 'score', 'reward', 'reasons'];

function deviceLines(decimals: number, device: Explanation, recomputed: boolean): string[] {
  const amount = (value: bigint) => tokens(value, decimals);
  const { index, kind, capacity, retired, score, kindScore, kindBudget, share, cap, reward } = device;
  const rows = device.reports.map((report) => [
    time(BigInt(report.start)).replace('.000', ''),
    `${report.seconds / 60}`,
    `${report.value} ${unitOf(kind)}`.trim(),
    report.verdict,
    `${report.units}`,
    `${report.score}`,
    amount(report.paid),
    report.reasons.join(', '),
  ]);
  const codes = [...new Set(device.reports.flatMap(({ reasons }) => reasons))];
  const capped = reward < share ? `, above the ${amount(cap)} that one device may get for it` : '';
  const counted =
    kindScore === 0n
      ? 'no device of this kind scored'
      : `${score} of the ${kindScore} that all ${kind} devices scored`;
  return [
    `device ${index}, ${kind}, capacity ${capacity}${retired ? ', retired' : ''}${recomputed ? ', as recomputed' : ''}`,
    ...(rows.length > 0 ? table([HEADS, ...rows]) : ['  the dataset has no reports of it']),
    ...codes.map((code) => `  ${code}: ${explain(code)}`),
    row('score', counted),
    row('share', `${amount(kindBudget)} x ${score} / ${kindScore} = ${amount(share)}${capped}`),
    row('reward', amount(reward)),
    row(
      'debt',
      `${amount(device.owed)} owed, ${amount(device.repaid)} of it taken from the reward, ${amount(device.debt)} left`,
    ),
    row(
      'earned',
      `${amount(device.before)} before + ${amount(reward)} - ${amount(device.repaid)}${device.heldBefore === device.held ? '' : ` - ${amount(device.held - device.heldBefore)} held`} = ${amount(device.earned)}`,
    ),
    ...(device.heldBefore > 0n || device.held > 0n
      ? [row('held', `${amount(device.heldBefore)} before, ${amount(device.held)} now`)]
      : []),
    row('owner', toBase58(device.owner)),
    row('ledger leaf', short(device.leaf)),
  ];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  return rows.map((cells) => `  ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')}`.trimEnd());
}

/** Formats an audit as JSON; amounts are base units. */
export function auditJson(network: NetworkAccount, audit: Audit, device: Explanation | null) {
  const { epoch, checks, repeated, difference } = audit;
  const result = repeated?.result;
  return {
    holds: checks.every(({ holds }) => holds),
    network: network.address.toBase58(),
    epoch,
    checks,
    difference,
    recomputed: result
      ? { dataset_hash: result.datasetHash, ledger_root: toHex(result.ledgerRoot), totals: result.totals }
      : null,
    device: device && {
      index: device.index,
      kind: device.kind,
      capacity: device.capacity,
      retired: device.retired,
      reports: device.reports.map(({ value, units, score, paid, ...report }) => ({
        ...report,
        value: `${value}`,
        units: `${units}`,
        score: `${score}`,
        paid: `${paid}`,
      })),
      score: `${device.score}`,
      kind_score: `${device.kindScore}`,
      kind_budget: `${device.kindBudget}`,
      share: `${device.share}`,
      cap: `${device.cap}`,
      reward: `${device.reward}`,
      owed: `${device.owed}`,
      repaid: `${device.repaid}`,
      debt: `${device.debt}`,
      earned_before: `${device.before}`,
      earned: `${device.earned}`,
      held_before: `${device.heldBefore}`,
      held: `${device.held}`,
      owner: toBase58(device.owner),
      ledger_leaf: toHex(device.leaf),
    },
  };
}
