import { fetchNetwork } from '@commonwire/sdk/network';
import { oracleUrl, parseOptions, UsageError } from '@commonwire/sdk/node';
import { OracleClient } from '@commonwire/sdk/oracle';
import { z } from 'zod';
import type { Command } from '../command';
import { connect } from '../connect';
import { JSON_USAGE, NETWORK_USAGE, networkOptions } from '../options';
import { type Found, ReceiptCheck, readReceipts } from '../receipts/receipts';

const options = z.object({ ...networkOptions, oracle: oracleUrl, receipts: z.string() });

/** `commonwire receipts`. */
export const receipts: Command = {
  name: 'receipts',
  group: 'device',
  summary: "holds an agent's receipts against what oracles published",
  usage: `commonwire receipts --url URL --network ADDRESS --oracle URL --receipts FILE [--json]

An oracle signs a receipt for the reports that it accepts, and the device agent keeps it. This shows what became of
them. It needs no key and trusts only the RPC node.

  counted   in the log that the oracle sealed, and in the dataset of a promoted epoch
  pending   no promoted epoch lists that log so far
  dropped   proven: the oracle signed that it stored a report, and its log lacks it, or was passed over
  left-out  in the log, and not in the dataset: too late, too many, or left out by those who signed the epoch
  invalid   the receipt isn't signed by the oracle, or is for other reports

${NETWORK_USAGE}
  --oracle URL       reads datasets and logs from any oracle of the network
  --receipts FILE    what an agent keeps beside its outbox: OUTBOX.receipts, and OUTBOX.receipts.older
${JSON_USAGE}

Exit status: 0 nothing was dropped; 1 a receipt proves that something was, or is invalid.`,
  examples: ['commonwire receipts --receipts outbox.jsonl.receipts'],
  options,

  async run(argv, write) {
    const {
      network: name,
      oracle,
      receipts: file,
      json,
      url,
    } = parseOptions('commonwire receipts', argv, options);
    const all = readReceipts(file);
    const kept = all.filter(({ network }) => network === name.toBase58());
    if (kept.length === 0)
      throw new UsageError(`${file} has ${all.length} receipts, and none of network ${name.toBase58()}`);
    const { current } = await fetchNetwork(await connect(url), name);
    const since = Math.min(...kept.map(({ receipt }) => receipt.epoch));
    const check = new ReceiptCheck(
      new OracleClient(oracle),
      name.toBytes(),
      { epoch: Number(current.epoch), datasetHash: current.datasetHash },
      since,
    );
    const found: Found[] = [];
    for (const one of kept) found.push(await check.examine(one));
    if (json) write(JSON.stringify(found.map(({ receipt, ...rest }) => ({ ...rest, ...receipt }))));
    else for (const line of linesOf(found)) write(line);
    return found.some(isBad) ? 1 : 0;
  },
};

const isBad = ({ outcome }: Found): boolean => outcome !== 'counted' && outcome !== 'pending';

function linesOf(found: readonly Found[]): string[] {
  const sum = (outcome: Found['outcome']) =>
    found.filter((one) => one.outcome === outcome).reduce((total, { reports }) => total + reports, 0);
  const told = found
    .filter(isBad)
    .map(({ outcome, detail, receipt }) => `${outcome.padEnd(9)} ${receipt.oracle}: ${detail}`);
  return [
    ...told,
    `${sum('counted')} reports counted, ${sum('pending')} pending, ${sum('dropped')} dropped, ${sum('left-out')} left out, ${sum('invalid')} without a valid receipt`,
  ];
}
