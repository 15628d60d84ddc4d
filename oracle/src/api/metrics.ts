import { withoutSecrets } from '@commonwire/sdk/core';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Oracle } from '../runtime/oracle';
import { ageOf, cutOf, health, lagOf } from './health';

const PREFIX = 'commonwire_';
const REQUEST_SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const TASK_SECONDS = [0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 900];

/** What `GET /metrics` answers: Prometheus' text format. */
export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
}

/**
 * Counts an oracle's events from now on, and shows what it noticed about chain, store and peers. No label can take more
 * values than there are routes, tasks, codes or peers.
 * @param ofProcess whether to include memory, processor time and garbage collection of this process
 */
export function collectMetrics(oracle: Oracle, ofProcess: boolean): Metrics {
  const registry = new Registry();
  if (ofProcess) collectDefaultMetrics({ register: registry });
  countEvents(oracle, registry);
  showSigns(oracle, registry);
  return { contentType: registry.contentType, text: () => registry.metrics() };
}

function countEvents({ events }: Oracle, registry: Registry): void {
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name: PREFIX + name, help, labelNames, registers: [registry] });
  const reports = counter('reports_total', 'Reports answered, by result and code.', ['result', 'code']);
  const requests = new Histogram({
    name: `${PREFIX}http_request_seconds`,
    help: 'HTTP requests, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_SECONDS,
    registers: [registry],
  });
  const tasks = new Histogram({
    name: `${PREFIX}task_seconds`,
    help: 'Scheduled tasks that ended, whether or not they failed.',
    labelNames: ['task'],
    buckets: TASK_SECONDS,
    registers: [registry],
  });
  const failures = counter('task_failures_total', 'Scheduled tasks that failed.', ['task', 'code']);
  const epochs = counter('epoch_events_total', 'What happened to epochs here.', ['event']);
  const transactions = counter('transactions_total', 'Confirmed transactions of this oracle.', ['kind']);
  const paid = counter('paid_devices_total', 'Devices that this oracle settled.', []);

  events.on('batch', ({ accepted, duplicate, rejected }) => {
    reports.inc({ result: 'accepted', code: '' }, accepted);
    reports.inc({ result: 'duplicate', code: 'duplicate' }, duplicate);
    for (const [code, count] of Object.entries(rejected)) reports.inc({ result: 'rejected', code }, count);
  });
  events.on('request', ({ method, route, status, milliseconds }) =>
    requests.observe({ method, route, status }, milliseconds / 1000),
  );
  events.on('task', ({ task, milliseconds }) => tasks.observe({ task }, milliseconds / 1000));
  events.on('failed', ({ task, code }) => failures.inc({ task, code }));
  for (const event of [
    'sealed',
    'closed',
    'signed',
    'declined',
    'equivocation',
    'forked',
    'doubted',
  ] as const)
    events.on(event, () => epochs.inc({ event }));
  for (const kind of [
    'cut',
    'approved',
    'posted',
    'demanded',
    'answered',
    'unanswered',
    'promoted',
    'challenged',
    'paid',
  ] as const)
    events.on(kind, () => transactions.inc({ kind }));
  events.on('paid', ({ devices }) => paid.inc(devices));
}

function showSigns(oracle: Oracle, registry: Registry): void {
  const gauge = <L extends string>(
    name: string,
    help: string,
    labelNames: L[],
    collect: (this: Gauge<L>) => void | Promise<void>,
  ) => new Gauge({ name: PREFIX + name, help, labelNames, registers: [registry], collect });
  const { vitals, registry: devices, now, pace } = oracle;
  const ago = (at = vitals.latest.since) => ageOf(at, now(), pace);

  gauge('up', '1 if /health answers with status 200.', [], async function () {
    const { status } = await health(oracle);
    this.set(status === 'ok' || status === 'degraded' ? 1 : 0);
  });
  gauge('problems', 'What /health says is wrong, by code.', ['code'], async function () {
    this.reset();
    for (const { code } of (await health(oracle)).problems) this.inc({ code });
  });
  gauge('devices', 'Registered devices as this oracle has read them.', [], function () {
    this.set(devices.known.deviceCount);
  });
  gauge('chain_age_seconds', 'Since the RPC node last answered.', [], function () {
    this.set(ago(vitals.latest.chain.at));
  });
  gauge('chain_lag_seconds', "This machine's clock minus the chain's.", [], function () {
    this.set(lagOf(vitals.latest));
  });
  gauge('chain_slot', 'The confirmed slot of the RPC node.', [], function () {
    this.set(vitals.latest.chain.value?.slot ?? 0);
  });
  gauge('epoch', 'The last epoch that was cut, is pending (0: none) or is current.', ['state'], function () {
    const { cut, pending, current } = vitals.latest.chain.value?.epoch ?? { cut: 0, pending: 0, current: 0 };
    for (const [state, epoch] of Object.entries({ cut, pending: pending ?? 0, current }))
      this.set({ state }, epoch);
  });
  gauge('cut_age_seconds', 'Since the last cut.', [], function () {
    const { value } = vitals.latest.chain;
    this.set(value ? cutOf(value, now()).cut_age_seconds : 0);
  });
  gauge('cut_overdue_seconds', 'For how long the next cut has been due.', [], function () {
    const { value } = vitals.latest.chain;
    this.set(value ? cutOf(value, now()).cut_overdue_seconds : 0);
  });
  gauge('payer_lamports', 'Balance of the wallet that pays the fees.', [], function () {
    this.set(Number(vitals.latest.chain.value?.payer?.lamports ?? 0));
  });
  gauge('store_age_seconds', 'Since the store was last written successfully.', [], function () {
    this.set(ago(vitals.latest.store.at));
  });
  gauge('peer_up', '1 if the peer answered when it was last asked.', ['peer'], function () {
    for (const [peer, { at, failure }] of Object.entries(vitals.latest.peers))
      this.set({ peer: withoutSecrets(peer) }, at !== undefined && failure === undefined ? 1 : 0);
  });
}
