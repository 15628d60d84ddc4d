import { fetchNetwork } from '@commonwire/sdk/network';
import { deviceIndex, oracleUrl, parseOptions, UsageError, whole } from '@commonwire/sdk/node';
import { OracleClient } from '@commonwire/sdk/oracle';
import { z } from 'zod';
import { type AuditRequest, audit as auditEpoch } from '../auditing/audit';
import { marketsOn } from '../auditing/book';
import { explainDevice } from '../auditing/device';
import { rememberManifests } from '../auditing/download';
import { downloadFrom } from '../auditing/download-from';
import { auditJson, auditLines } from '../auditing/output';
import { tellProgress } from '../auditing/progress';
import { auditRange } from '../auditing/range';
import { auditShard } from '../auditing/shard';
import { startVerifier } from '../auditing/signatures';
import type { Command } from '../command';
import { connect } from '../connect';
import { JSON_USAGE, NETWORK_USAGE, networkOptions } from '../options';

const epochNumber = whole(1, 999_999_999_999_999, 'an epoch: the first is 1');
/** Each holds an epoch's dataset in memory. */
const MOST_PARALLEL = 8;
/** Enough that files arrive while an epoch is recomputed, which one processor does. */
const USUAL_PARALLEL = 2;

const options = z.object({
  ...networkOptions,
  oracle: oracleUrl.optional(),
  dataset: z.string().optional(),
  epoch: epochNumber.optional(),
  from: epochNumber.optional(),
  to: epochNumber.optional(),
  parallel: whole(1, MOST_PARALLEL).optional(),
  resume: z.string().optional(),
  device: deviceIndex.optional(),
  shard: whole(0, 65_535, 'a shard: the first is 0').optional(),
});

/** `commonwire audit`. */
export const audit: Command = {
  name: 'audit',
  group: 'audit',
  summary: "recomputes a published epoch and explains a device's reward",
  usage: `commonwire audit --url URL --network ADDRESS (--oracle URL | --dataset DIR)
                 (--epoch N [--device INDEX | --shard N] | --from N [--to N] [--parallel N] [--resume FILE]) [--json]

Recomputes an epoch from its published dataset: verifies every signature, applies every rule, splits the budget, builds
the ledger, and compares each byte with what was published and signed. It needs no key and trusts only the RPC node:
name one you trust.

  dataset     the manifest has the SHA-256 on chain; for an earlier epoch, the one that the next manifest names
  rules       the version of the rules that the epoch was closed by; this software must have the same
  previous    the previous dataset, which holds what was earned and owed before, has the hash that the manifest
              names. Audit it as well
  policy      which thresholds changed since the previous epoch, if any
  network     network, cut, limits, total and roots are those on chain, as far as the chain keeps them
  committee   while an epoch is pending: its logs belong to committee members
  book        with a market: the offers, orders and meters that were cleared are those on chain at the cut, none left
              out; of those that were closed since, the chain says nothing
  recomputed  reports, verdicts, rewards, state and roots are reproduced to the byte; otherwise the first difference,
              with the published and the correct value

With --shard, only the devices of one shard are recomputed, 65,536 of them, from their own files. Instead of recomputed:

  sums        the shards' sums add up to the totals, and their nodes lead to the root of the ledger
  logs        with --oracle: every log that the manifest lists is the one whose head its oracle signed. The shard is
              recomputed from these; with --dataset from the reports that the dataset has
  shard       the shard's parts, sums and node are reproduced. The registry, and what the shards decided together, are
              taken as the manifest names them: only an audit of the whole epoch proves those

With --from, whole epochs are audited one after another, a line each: whether it holds, or the first difference.

${NETWORK_USAGE}
  --oracle URL       reads datasets from any oracle of the network, or
  --dataset DIR      from a folder with files named by their SHA-256
  --epoch N          a posted epoch: the pending one, the current one or any earlier one
  --device INDEX     explains this device: each report with verdict and reasons, score, share, debt, reward and owner
  --from N --to N    audits these epochs; without --to, up to the latest on chain
  --parallel N       how many at once, 1 to 8; default 2
  --resume FILE      keeps each outcome in this file as soon as it is known, and goes on from what it has; JSON lines
  --shard N          audits one shard, from 0: that of device INDEX is INDEX / 65,536, rounded down
${JSON_USAGE}

Exit status: 0 everything holds; 1 something doesn't hold.`,
  examples: [
    'commonwire audit --epoch 12 --device 7',
    'commonwire audit --from 1 --to 100 --resume audited.jsonl',
  ],
  options,

  async run(argv, write) {
    const given = parseOptions('commonwire audit', argv, options);
    const { network: name, oracle, dataset, epoch, device, shard, json, url } = given;
    if ((oracle === undefined) === (dataset === undefined))
      throw new UsageError('name either --oracle URL or --dataset DIR');
    if (device !== undefined && shard !== undefined)
      throw new UsageError('name either --device INDEX or --shard N');
    requireRange(given);
    const connection = await connect(url);
    const network = await fetchNetwork(connection, name);
    const progress = tellProgress((line) => void process.stderr.write(`${line}\n`));
    const client = oracle === undefined ? undefined : new OracleClient(oracle);
    const auditing = {
      network,
      progress,
      markets: marketsOn(connection, name),
      startVerifier: (total: number) => startVerifier(total, progress),
    };
    const download = downloadFrom(dataset ?? client!, progress);
    if (epoch === undefined) return auditMany(given, { ...auditing, download }, write);
    const request = { ...auditing, epoch, download };
    const audited = await (shard === undefined
      ? auditEpoch(request)
      : auditShard({ ...request, shard, oracle: client }));
    const { repeated, previous, checks } = audited;
    const told =
      device !== undefined && repeated && previous ? explainDevice(repeated, previous, device) : null;
    if (json) write(JSON.stringify(auditJson(network, audited, told)));
    else for (const line of auditLines(network, audited, told)) write(line);
    return checks.every(({ holds }) => holds) ? 0 : 1;
  },
};

type Given = z.output<typeof options>;

/** @throws UsageError unless one epoch is named, or a range with options that fit it */
function requireRange({ epoch, from, to, device, shard, parallel, resume }: Given): void {
  if ((epoch === undefined) === (from === undefined))
    throw new UsageError('name either --epoch N or --from N; see commonwire audit --help');
  const ofRange = { '--to': to, '--parallel': parallel, '--resume': resume };
  const ofEpoch = { '--device': device, '--shard': shard };
  const [wrong] = Object.entries(epoch === undefined ? ofEpoch : ofRange).find(
    ([, value]) => value !== undefined,
  ) ?? [undefined];
  if (wrong !== undefined)
    throw new UsageError(`${wrong} can only be used with ${epoch === undefined ? '--epoch' : '--from'}`);
  if (from !== undefined && to !== undefined && to < from)
    throw new UsageError(`--to: ${to} comes before --from ${from}`);
}

/** Audits a range of epochs, a line each. @returns the exit status */
async function auditMany(
  given: Given,
  request: Omit<AuditRequest, 'epoch'>,
  write: (line: string) => void,
): Promise<number> {
  const { from, json, resume, parallel = USUAL_PARALLEL } = given;
  const { current, pending } = request.network;
  const latest = Number((pending ?? current).epoch);
  const to = given.to ?? Math.max(latest, from!);
  const network = given.network.toBase58();
  // Each epoch's hash is found by walking back from the latest one.
  const download = rememberManifests(request.download);
  const outcomes = await auditRange({
    ...{ network, from: from!, to, parallel, resume },
    audit: (epoch) => auditEpoch({ ...request, download, epoch }),
    told: ({ epoch, holds, detail }, wasKnown) => {
      const how = wasKnown ? ', as audited before' : '';
      if (!json) write(`${holds ? 'holds' : 'FAILS'}  epoch ${epoch}${how}: ${detail}`);
    },
  });
  const bad = outcomes.find(({ holds }) => !holds);
  if (json) write(JSON.stringify({ holds: bad === undefined, network, from, to, epochs: outcomes }));
  else
    write(
      bad
        ? `epoch ${bad.epoch} DOES NOT HOLD: ${bad.detail}`
        : `epochs ${from} to ${to} hold: every byte is reproduced from their reports, registries and policies`,
    );
  return bad ? 1 : 0;
}
