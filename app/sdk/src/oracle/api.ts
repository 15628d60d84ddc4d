/**
 * What travels over an oracle's HTTP API, as zod schemas: the oracle builds its OpenAPI document from them and the
 * client checks every answer against them. Amounts are decimal strings, hashes lower-case hex, addresses base58.
 */
import * as z from 'zod';
import { address, amount, hash, natural } from './fields';

/** A node of a ledger: sum and hash. */
const ledgerNode = z.string().regex(/^[0-9a-f]{80}$/);
const base64 = z.string().regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);
const counts = z.record(z.string(), natural);

/** Most reports in one request. */
export const MAX_BATCH_REPORTS = 100;
/** Most bytes of a request's body. */
export const MAX_BATCH_BYTES = 256 * 1024;

/** A report with its signature, both base64; what is in them is judged report by report. */
export const signedReportSchema = z.object({ report: z.string(), signature: z.string() });

/** Body of `POST /v1/reports`. */
export const reportBatchSchema = z.object({
  reports: z.array(signedReportSchema).min(1).max(MAX_BATCH_REPORTS),
});

/** The result for one report, in the order of the request. */
export const reportResultSchema = z.object({
  status: z.enum(['accepted', 'duplicate', 'rejected']),
  code: z.string().optional(),
  reason: z.string().optional(),
});

/** An oracle's promise, signed, that its log of `epoch` has the accepted reports, and where it stored them. */
export const receiptSchema = z.object({
  oracle: address,
  epoch: natural,
  /** The writer's part of the log that the entry is in, hex. */
  lane: z.string().regex(/^[0-9a-f]{16}$/),
  /** The entry's place in its lane. */
  sequence: natural,
  /** From the request's leaf to the root that is signed. */
  path: z.array(z.object({ side: z.enum(['left', 'right']), hash })).max(32),
  signature: base64,
});

/**
 * Answer to `POST /v1/reports`; `epoch` is the one whose log holds the batch. The receipt is for the reports that were
 * accepted, if any were.
 */
export const reportBatchResultSchema = z.object({
  epoch: natural,
  results: z.array(reportResultSchema),
  receipt: receiptSchema.optional(),
});

/** Any answer with a status of 400 or more. */
export const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/**
 * Who else may change a network: `authority` may change its policy and committee, `guardian` may pause it and veto,
 * `upgrade_authority` may replace the program; null: nobody. `pause` is the one in force, in the chain's unix time;
 * `until` null: until the authority ends it.
 */
export const governanceSchema = z.object({
  proposed_authority: address.nullable(),
  guardian: address.nullable(),
  upgrade_authority: address.nullable(),
  pause: z.object({ since: natural, until: natural.nullable() }).nullable(),
});

/**
 * `GET /v1/network`. `time` is the oracle's clock in milliseconds, `clock` how device time follows from it. The next cut
 * is due `epoch_seconds` after `cut_time`, the chain's unix time of the last one (before the first: of the creation).
 * `governance` is null until the oracle has observed it.
 */
export const networkInfoSchema = z.object({
  program: address,
  network: address,
  birth: amount,
  mint: address,
  decimals: natural,
  authority: address,
  governance: governanceSchema.nullable().default(null),
  committee: z.object({ version: natural, threshold: natural, keys: z.array(address) }),
  policy: z.looseObject({}),
  clock: z.object({ origin: natural, start: natural, speed: natural }),
  epoch: z.object({ current: natural, pending: natural.nullable(), cut: natural, collecting: natural }),
  epoch_seconds: natural,
  cut_time: natural,
  device_count: natural,
  earned_total: amount,
  paid_total: amount,
  oracle: address,
  peers: z.array(z.string()),
  time: natural,
});

/**
 * One report of a device: as the last closed epochs have it, or with the outcome `received` while it is stored in the
 * log of an epoch that isn't closed yet. `value` is null until the log is sealed.
 */
export const deviceReportSchema = z.object({
  epoch: natural,
  hash,
  sequence: amount,
  start: natural,
  seconds: natural,
  value: z.string().nullable(),
  outcome: z.string(),
  reasons: z.array(z.string()),
});

/** A report this oracle refused without storing it. */
export const refusalSchema = z.object({ time: natural, code: z.string(), reason: z.string() });

/** A transfer or retirement that the promoted ledger doesn't show yet; `owner` is the next one, null for a retirement. */
export const outstandingChangeSchema = z.object({
  change: z.enum(['transferred', 'retired']),
  owner: address.nullable(),
  effective_epoch: natural,
});

/** A line of `GET /v1/devices`. `owner` and `retired` are as in the epoch that collects. */
export const deviceEntrySchema = z.object({
  index: natural,
  owner: address,
  key_type: natural,
  device_key: z.string(),
  kind: natural,
  h3_cell: z.string(),
  capacity: natural,
  retired: z.boolean(),
  outstanding: outstandingChangeSchema.nullable(),
  earned: amount,
  paid: amount,
  claimable: amount,
});

/** `GET /v1/devices`, by index. `next_after` asks for the next page, which may be empty if an owner's devices are sought. */
export const deviceListSchema = z.object({
  devices: z.array(deviceEntrySchema),
  next_after: natural.nullable(),
});

/**
 * `GET /v1/cells`: where devices stand and of what kind they are, by index from `first` on. A cell is H3's, without what a
 * registration says of the mount; null: the device is retired. `next_after` asks for the next page.
 */
export const cellListSchema = z.object({
  first: natural,
  cells: z.array(z.string().nullable()),
  kinds: z.array(natural),
  next_after: natural.nullable(),
});

/** `GET /v1/devices/{index}`. `refused` is what this oracle remembers since it started. */
export const deviceInfoSchema = deviceEntrySchema.extend({
  reports: z.array(deviceReportSchema),
  refused: z.array(refusalSchema),
});

/** Everything a `settle` of neighbouring devices takes, for the ledger of `epoch`. */
export const settlementSchema = z.object({
  epoch: natural,
  ledger_root: hash,
  device_count: natural,
  first: natural,
  count: natural,
  owners: z.array(address),
  earned: z.array(amount),
  paid: z.array(amount),
  proof: z.array(ledgerNode),
});

/**
 * `GET /v1/owners/{address}`: devices by index with their sums; `next_after` asks for the next page. `incoming`: those that
 * others handed to this owner and the promoted ledger doesn't show.
 */
export const ownerInfoSchema = z.object({
  owner: address,
  earned: amount,
  paid: amount,
  claimable: amount,
  devices: z.array(
    z.object({
      index: natural,
      kind: natural,
      earned: amount,
      paid: amount,
      claimable: amount,
      outstanding: outstandingChangeSchema.nullable(),
    }),
  ),
  incoming: z.array(z.object({ index: natural, kind: natural, owner: address, effective_epoch: natural })),
  settlements: z.array(settlementSchema),
  next_after: natural.nullable().default(null),
});

/** A signed log head. */
export const logHeadSchema = z.object({
  oracle: address,
  epoch: natural,
  reports: natural,
  sealed_at: natural,
  previous: hash,
  root: hash,
  refused: counts,
  signature: base64,
});

/** A run of a log: the reports of a shard's devices. Its pages are served like parts of a dataset, by their SHA-256. */
export const logRunSchema = z.object({ shard: natural, reports: natural, pages: z.array(hash) });

/** `GET /v1/logs/{epoch}`: a sealed log, as its head and its runs by shard. */
export const logSchema = z.object({
  oracle: address,
  epoch: natural,
  head: logHeadSchema,
  runs: z.array(logRunSchema),
});

/** One oracle's signature under the message of an epoch and attempt; `message` is base64 of the signed bytes. */
export const epochSignatureSchema = z.object({ attempt: natural, message: base64, signature: base64 });

/** Why an oracle did not sign what a leader proposed. */
export const attestationRefusalSchema = z.object({
  attempt: natural,
  code: z.string(),
  message: z.string(),
  dataset_hash: hash,
});

/**
 * `GET /v1/epochs/{n}/signatures`: what this oracle signed, what it refused to, and what it saw other members sign, so
 * that one who shows each a different message is found out.
 */
export const epochSignaturesSchema = z.object({
  epoch: natural,
  oracle: address,
  signatures: z.array(epochSignatureSchema),
  witnessed: z.array(epochSignatureSchema.extend({ oracle: address })).default([]),
  refusals: z.array(attestationRefusalSchema),
});

const signedMessageSchema = epochSignatureSchema.omit({ attempt: true });

/** Two messages for one epoch and attempt that one oracle signed. */
export const equivocationSchema = z.object({
  oracle: address,
  messages: z.array(signedMessageSchema).length(2),
});

/** `GET /v1/evidence`: what this oracle can prove against others; `slash` takes it. */
export const evidenceSchema = z.object({ oracle: address, evidence: z.array(equivocationSchema) });

/** A line of `GET /v1/epochs`. */
export const epochSummarySchema = z.object({
  epoch: natural,
  state: z.enum(['collecting', 'cut', 'signed', 'pending', 'promoted']),
  dataset_hash: hash.nullable(),
  ledger_root: hash.nullable(),
  earned_total: amount.nullable(),
  device_count: natural.nullable(),
});

/** `GET /v1/epochs`, latest first. */
export const epochListSchema = z.object({
  epochs: z.array(epochSummarySchema),
  next_before: natural.nullable(),
});

/** `GET /v1/epochs/{n}`. `manifest` is the JSON whose SHA-256 is `dataset_hash`. */
export const epochInfoSchema = epochSummarySchema.extend({
  manifest: z.looseObject({}).nullable(),
  refusals: z.array(attestationRefusalSchema),
});

const seconds = z.number();

/**
 * `GET /health`, answered with 200, or with 503 while `starting` or `stale`. What an oracle noticed lately, so that no
 * request waits for the chain, a peer or the store: `age_seconds` says how old it is. `degraded`: reports are taken in,
 * but something needs its operator. Ages and lags are seconds, `lag_seconds` is the oracle's clock minus the chain's.
 */
export const healthSchema = z.object({
  status: z.enum(['ok', 'degraded', 'stale', 'starting']),
  oracle: address,
  time: natural,
  collecting: natural.nullable(),
  problems: z.array(z.object({ code: z.string(), message: z.string() })).default([]),
  chain: z
    .object({ slot: natural, time: natural, lag_seconds: seconds, age_seconds: seconds })
    .nullable()
    .default(null),
  epoch: z
    .object({
      current: natural,
      pending: natural.nullable(),
      cut: natural,
      cut_age_seconds: seconds,
      cut_overdue_seconds: seconds,
    })
    .nullable()
    .default(null),
  payer: z.object({ address, lamports: amount }).nullable().default(null),
  peers: z
    .array(
      z.object({
        url: z.string(),
        oracle: address.nullable(),
        answers: z.boolean(),
        age_seconds: seconds.nullable(),
      }),
    )
    .default([]),
  store: z.object({ milliseconds: seconds, age_seconds: seconds }).nullable().default(null),
  tasks: z
    .array(z.object({ task: z.string(), age_seconds: seconds, seconds, failed: z.string().nullable() }))
    .default([]),
});

export type ReportBatchResult = z.output<typeof reportBatchResultSchema>;
export type Receipt = z.output<typeof receiptSchema>;
export type ReportResult = z.output<typeof reportResultSchema>;
export type NetworkInfo = z.output<typeof networkInfoSchema>;
export type DeviceEntry = z.output<typeof deviceEntrySchema>;
export type DeviceList = z.output<typeof deviceListSchema>;
export type CellList = z.output<typeof cellListSchema>;
export type DeviceInfo = z.output<typeof deviceInfoSchema>;
export type DeviceReport = z.output<typeof deviceReportSchema>;
export type Refusal = z.output<typeof refusalSchema>;
export type OutstandingChange = z.output<typeof outstandingChangeSchema>;
export type OwnerInfo = z.output<typeof ownerInfoSchema>;
export type SettlementInfo = z.output<typeof settlementSchema>;
export type LogInfo = z.output<typeof logSchema>;
export type EpochSignature = z.output<typeof epochSignatureSchema>;
export type EpochSignatures = z.output<typeof epochSignaturesSchema>;
export type Equivocation = z.output<typeof equivocationSchema>;
export type Evidence = z.output<typeof evidenceSchema>;
export type AttestationRefusal = z.output<typeof attestationRefusalSchema>;
export type EpochSummary = z.output<typeof epochSummarySchema>;
export type EpochList = z.output<typeof epochListSchema>;
export type EpochInfo = z.output<typeof epochInfoSchema>;
export type Health = z.output<typeof healthSchema>;
