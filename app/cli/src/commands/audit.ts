import { fetchNetwork } from '@commonwire/sdk/network';
import { deviceIndex, oracleUrl, parseOptions, UsageError, whole } from '@commonwire/sdk/node';
import { OracleClient } from '@commonwire/sdk/oracle';
import { z } from 'zod';
import { audit as auditEpoch } from '../auditing/audit';
import { explainDevice } from '../auditing/device';
import { downloadFrom } from '../auditing/download';
import { auditJson, auditLines } from '../auditing/output';
import { tellProgress } from '../auditing/progress';
import { auditShard } from '../auditing/shard';
import type { Command } from '../command';
import { connect } from '../connect';
import { JSON_USAGE, NETWORK_USAGE, networkOptions } from '../options';

const options = z.object({
  ...networkOptions,
  oracle: oracleUrl.optional(),
  dataset: z.string().optional(),
  epoch: whole(1, 999_999_999_999_999, 'an epoch: the first is 1'),
  device: deviceIndex.optional(),
  shard: whole(0, 65_535, 'a shard: the first is 0').optional(),
});

/** `commonwire audit`. */
export const audit: Command = {
  name: 'audit',
  summary: "recomputes a published epoch and explains a device's reward",
  usage: `commonwire audit --url URL --network ADDRESS (--oracle URL | --dataset DIR) --epoch N [--device INDEX | --shard N] [--json]

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
  recomputed  reports, verdicts, rewards, state and roots are reproduced to the byte; otherwise the first difference,
              with the published and the correct value

With --shard, only the devices of one shard are recomputed, 65,536 of them, from their own files. Instead of recomputed:

  sums        the shards' sums add up to the totals, and their nodes lead to the root of the ledger
  logs        with --oracle: every log that the manifest lists is the one whose head its oracle signed. The shard is
              recomputed from these; with --dataset from the reports that the dataset has
  shard       the shard's parts, sums and node are reproduced. The registry, and what the shards decided together, are
              taken as the manifest names them: only an audit of the whole epoch proves those

${NETWORK_USAGE}
  --oracle URL       reads datasets from any oracle of the network, or
  --dataset DIR      from a folder with files named by their SHA-256
  --epoch N          a posted epoch: the pending one, the current one or any earlier one
  --device INDEX     explains this device: each report with verdict and reasons, score, share, debt, reward and owner
  --shard N          audits one shard, from 0: that of device INDEX is INDEX / 65,536, rounded down
${JSON_USAGE}

Exit status: 0 everything holds; 1 something doesn't hold or is missing; 2 wrong usage.`,

  async run(argv, write) {
    const {
      network: name,
      oracle,
      dataset,
      epoch,
      device,
      shard,
      json,
      url,
    } = parseOptions('commonwire audit', argv, options);
    if ((oracle === undefined) === (dataset === undefined))
      throw new UsageError('name either --oracle URL or --dataset DIR');
    if (device !== undefined && shard !== undefined)
      throw new UsageError('name either --device INDEX or --shard N');
    const network = await fetchNetwork(await connect(url), name);
    const progress = tellProgress((line) => void process.stderr.write(`${line}\n`));
    const client = oracle === undefined ? undefined : new OracleClient(oracle);
    const download = downloadFrom(dataset ?? client!, progress);
    const request = { network, epoch, download, progress };
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
