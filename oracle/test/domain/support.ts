import {
  type Ed25519KeyPair,
  ed25519KeyPair,
  fromBase64,
  KeyType,
  p256PublicKey,
  packDeviceKey,
  sha256,
  signEd25519,
  signP256,
} from '@commonwire/sdk/core';
import { encodeReport, Kind, type Report } from '@commonwire/sdk/device';
import { latLngToCell } from 'h3-js';
import {
  type CloseInput,
  type Cut,
  close,
  type Device,
  encodeEntry,
  FIRST_LOG_HASH,
  genesis,
  type Log,
  type LogHead,
  lastHead,
  logHeadMessage,
  type PolicyInput,
  parsePolicy,
  Registry,
  RULES_VERSION,
  type Run,
  readPage,
  referTo,
  rootOfRuns,
  type SignedReport,
  toBase58,
  toRuns,
} from '../../src/domain';
import { cellCentre } from '../../src/domain/place';

export const GOLDEN = { latitude: 39.742, longitude: -105.18 };
/** The cell that owners register for a place. */
export const cellAt = ({ latitude, longitude }: typeof GOLDEN): bigint =>
  BigInt(`0x${latLngToCell(latitude, longitude, 9)}`);
export const GOLDEN_CELL = cellAt(GOLDEN);
/** About 2026-06-21 12:00 local solar time in Golden, a whole minute. */
export const NOON = Date.parse('2026-06-21T19:00:00Z') / 1000;
export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;

const seed = (name: string): Uint8Array => sha256(Buffer.from(name));
export const address = (name: string): Uint8Array => ed25519KeyPair(seed(name)).publicKey;

export const identity = {
  network: address('network'),
  program: address('program'),
  birth: 7n,
  genesisHash: address('genesis'),
};

/** The cell of resolution 12 near Golden in which devices are registered, as by the agent. */
export const GOLDEN_SPOT = BigInt(`0x${latLngToCell(GOLDEN.latitude, GOLDEN.longitude, 12)}`);

export interface TestDevice extends Device {
  readonly pair: Ed25519KeyPair;
  /** The seed of `pair` and of the P-256 key. */
  readonly secret: Uint8Array;
}

export function makeDevice(index: number, changes: Partial<Device> & { key?: string } = {}): TestDevice {
  const { key = `device ${index}`, ...rest } = changes;
  const secret = seed(key);
  const pair = ed25519KeyPair(secret);
  const isP256 = rest.keyType === KeyType.p256;
  return {
    index,
    keyType: KeyType.ed25519,
    deviceKey: isP256
      ? packDeviceKey(KeyType.p256, p256PublicKey(secret))
      : packDeviceKey(KeyType.ed25519, pair.publicKey),
    owner: address(`owner ${index % 3}`),
    kind: Kind.energy,
    h3Cell: GOLDEN_CELL,
    capacity: 6000,
    pair,
    secret,
    ...rest,
  };
}

/** A registry with these devices, registered in one change. */
export const registryOf = (list: readonly Device[]): Registry =>
  Registry.from([{ kind: 'registered', devices: list }]);

export const devices = (count: number): TestDevice[] =>
  Array.from({ length: count }, (_, i) => makeDevice(i));

export function makePolicy(changes: Partial<PolicyInput> = {}) {
  return parsePolicy(
    { rules_version: RULES_VERSION, epoch_budget: '1000000', device_epoch_cap: '600000', ...changes },
    { development: true },
  );
}

/** Position fields of a report from a number of metres north of a cell's centre. */
export function northOf(cell: bigint, metres: number): Pick<Report, 'latitude' | 'longitude'> {
  const centre = cellCentre(cell)!;
  return {
    latitude: Math.round((centre.latitude + metres / 111_194.93) * 1e7),
    longitude: Math.round(centre.longitude * 1e7),
  };
}

/** A plausible report for a quarter of an hour at noon, with changes. */
export function makeReport(device: Device, changes: Partial<Report> = {}): Report {
  const start = changes.start ?? NOON;
  return {
    network: identity.network,
    index: device.index,
    owner: device.owner,
    sequence: BigInt(start) / 60n,
    start,
    seconds: 900,
    kind: device.kind,
    value: 1000n,
    latitude: Math.round(GOLDEN.latitude * 1e7),
    longitude: Math.round(GOLDEN.longitude * 1e7),
    extra: new Uint8Array(0),
    ...changes,
  };
}

export function sign(device: TestDevice, bytes: Uint8Array): SignedReport {
  const signature =
    device.keyType === KeyType.p256 ? signP256(bytes, device.secret) : signEd25519(bytes, device.pair);
  return {
    report: Buffer.from(bytes).toString('base64'),
    signature: Buffer.from(signature).toString('base64'),
  };
}

export const signed = (device: TestDevice, changes: Partial<Report> = {}): SignedReport =>
  sign(device, encodeReport(makeReport(device, changes)));

/** Keys of a number of oracles. */
export const oracleKeys = (count: number): Ed25519KeyPair[] =>
  [...'abcdefghij'].slice(0, count).map((letter) => ed25519KeyPair(seed(`oracle ${letter}`)));

export const oracles = oracleKeys(3);
export const committee = oracles.map(({ publicKey }) => toBase58(publicKey));

/** The content of a test log: batches with the unix second in which they were received. */
export interface Batch {
  readonly at: number;
  readonly reports: readonly SignedReport[];
}

/** The bytes of a signed report. */
export const bytesOf = ({ report, signature }: SignedReport) => ({
  bytes: fromBase64(report),
  signature: fromBase64(signature),
});

/** An oracle's sealed log of an epoch that follows the head hash `previous`. */
export function makeLog(
  oracle: number,
  epoch: number,
  batches: Iterable<Batch>,
  { sealed = NOON + DAY, previous = FIRST_LOG_HASH, refused = {} as Record<string, number> } = {},
): Log {
  const entries = Array.from(batches, ({ at, reports }) => encodeEntry(at * 1000, reports.map(bytesOf)));
  return signLog(oracle, [...toRuns(entries)], { epoch, sealed_at: sealed * 1000, previous, refused });
}

/** A log with these runs, whatever is in them, under an oracle's signature. */
export function signLog(
  oracle: number,
  runs: readonly Run[],
  { epoch, sealed_at, previous, refused }: Pick<LogHead, 'epoch' | 'sealed_at' | 'previous' | 'refused'>,
  changes: Partial<LogHead> = {},
): Log {
  const head = {
    oracle: committee[oracle]!,
    reports: runs.reduce((sum, { reports }) => sum + reports, 0),
    root: rootOfRuns(runs.map(referTo)),
    epoch,
    sealed_at,
    previous,
    refused,
    ...changes,
  };
  const signature = signEd25519(logHeadMessage(identity.network, head), oracles[oracle]!);
  return { head: { ...head, signature: Buffer.from(signature).toString('base64') }, runs };
}

/** The hash of a log's head, which the next one follows. */
export const hashOfHead = ({ head }: Pick<Log, 'head'>): string => lastHead(identity.network, head).head;

/** The reports of a log as devices sent them, in its order. */
export const reportsIn = ({ runs }: Log): SignedReport[] =>
  runs
    .flatMap(({ pages }) => pages)
    .flatMap((page) => [...readPage(page)])
    .map(({ bytes, signature }) => ({
      report: Buffer.from(bytes).toString('base64'),
      signature: Buffer.from(signature).toString('base64'),
    }));

export function cutOf(registry: Registry, time = NOON + DAY): Cut {
  return {
    device_count: registry.deviceCount,
    registry_hash: Buffer.from(registry.hash).toString('hex'),
    time,
  };
}

/** The input of a close; by default with one oracle's log of one batch. */
export function closeInput(
  registry: Registry,
  reports: readonly SignedReport[],
  changes: Partial<CloseInput> = {},
  sealed = NOON + HOUR,
): CloseInput {
  const epoch = (changes.previous?.epoch ?? 0) + 1;
  const head = changes.previous?.heads.find(({ oracle }) => oracle === committee[0]);
  const log = makeLog(0, epoch, [{ at: sealed, reports }], {
    sealed,
    previous: head?.head ?? FIRST_LOG_HASH,
  });
  return {
    identity,
    epoch,
    cut: cutOf(registry),
    limits: { epoch: '1000000000000', device: '1000000000000' },
    registry,
    policy: makePolicy(),
    committee,
    logs: [log],
    previous: genesis,
    ...changes,
  };
}

/** Closes an epoch with one device's reports; returns the code or outcome and the score of each, in order of start. */
export function judgeReports(
  device: TestDevice,
  reports: readonly Partial<Report>[],
  { policy = makePolicy(), sealed = NOON + HOUR } = {},
): [string, bigint][] {
  const input = closeInput(
    registryOf([device]),
    reports.map((changes) => signed(device, changes)),
    { policy },
    sealed,
  );
  return close(input).verdicts.map(({ outcome, reasons, score }) => [
    reasons.length > 0 && outcome === 'accepted' ? `accepted ${reasons.join()}` : (reasons[0] ?? outcome),
    score,
  ]);
}

/** Closes one epoch for each list of reports, sealed at the second returned by `sealed`. */
export function closeAll(
  registry: Registry,
  epochs: readonly (readonly SignedReport[])[],
  policy = makePolicy(),
  sealed: (epoch: number) => number = () => NOON + HOUR,
) {
  const results: ReturnType<typeof close>[] = [];
  let previous = genesis;
  for (const reports of epochs) {
    const result = close(closeInput(registry, reports, { previous, policy }, sealed(previous.epoch + 1)));
    results.push(result);
    previous = result.next;
  }
  return results;
}
