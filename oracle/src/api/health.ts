import { withoutSecrets } from '@commonwire/sdk/core';
import type { Health } from '@commonwire/sdk/oracle';
import { within } from '../runtime/deadline';
import type { Oracle } from '../runtime/oracle';
import type { Signs } from '../runtime/vitals';

/** How long without a usable sign until it counts as missing, milliseconds, or so many observations if that is longer. */
const STALE_MS = 20_000;
const STALE_OBSERVATIONS = 3;
/** How far the chain's clock may be behind this oracle's until it is told, and until nothing can be built on it. */
const LAG_WARN_SECONDS = 30;
const LAG_STALE_SECONDS = 120;
/** How long a task may go on: as long as a function on AWS. */
const TASK_SECONDS = 900;
/** How late a cut may be, seconds: oracles leave it to the leader first, and another epoch may have to be promoted. */
const CUT_LATE_SECONDS = 120;
/** A payer's wallet that needs more: about 2,000 transactions. */
const LOW_LAMPORTS = 10_000_000n;
/** The most milliseconds for reading which epoch collects. */
const STORE_MS = 1_000;

/** Something that an operator should look at; `stale` if no one should rely on this oracle meanwhile. */
interface Problem {
  readonly code: string;
  readonly message: string;
  readonly stale?: boolean;
}

/** Returns how this oracle is, from what it noticed lately. Waits for neither chain nor peers. */
export async function health({ vitals, log, address, now, pace, peers }: Oracle): Promise<Health> {
  const signs = vitals.latest;
  const collecting = await within(STORE_MS, 'the store', log.openEpoch()).catch(
    () => signs.store.value?.collecting,
  );
  const time = now();
  const problems = problemsOf(signs, time, pace);
  const age = (at = time) => ageOf(at, time, pace);
  const isStale = problems.some(({ stale }) => stale);
  const healthy = problems.length > 0 ? 'degraded' : 'ok';
  const { chain, store, tasks } = signs;
  return {
    status: isStale ? 'stale' : (collecting ?? null) === null ? 'starting' : healthy,
    oracle: address,
    time,
    collecting: collecting ?? null,
    problems: problems.map(({ code, message }) => ({ code, message })),
    chain: chain.value
      ? {
          slot: chain.value.slot,
          time: chain.value.time,
          lag_seconds: lagOf(signs),
          age_seconds: age(chain.at),
        }
      : null,
    epoch: chain.value ? { ...chain.value.epoch, ...cutOf(chain.value, time) } : null,
    payer: chain.value?.payer ?? null,
    peers: peers.urls.map((url) => {
      const { value, at, failure } = signs.peers[url] ?? {};
      const answers = at !== undefined && failure === undefined;
      return {
        url: withoutSecrets(url),
        oracle: value?.oracle ?? null,
        answers,
        age_seconds: at === undefined ? null : age(at),
      };
    }),
    store: store.value ? { milliseconds: store.value.milliseconds, age_seconds: age(store.at) } : null,
    tasks: Object.entries(tasks).map(([task, { at, milliseconds, failed }]) => ({
      task,
      age_seconds: age(at),
      seconds: milliseconds / 1000,
      failed,
    })),
  };
}

/** Emits an oracle's health whenever it changes. */
export class HealthTeller {
  private told = '';

  constructor(private readonly oracle: Oracle) {}

  async tell(): Promise<void> {
    const { status, problems } = await health(this.oracle);
    const codes = [...new Set(problems.map(({ code }) => code))];
    const now = JSON.stringify([status, codes]);
    if (now === this.told) return;
    this.told = now;
    const { chain, store, peers } = this.oracle.vitals.latest;
    const failures = [chain, store, ...Object.values(peers)].flatMap(({ failure }) => failure ?? []);
    this.oracle.events.emit('health', { status, problems: codes, failures });
  }
}

/** Lists what is wrong, the worst first. It is public, so nothing in it comes from an error: those may name secrets. */
function problemsOf(signs: Signs, now: number, pace: number): Problem[] {
  const problems = [
    ...chainProblems(signs, now, pace),
    ...ownProblems(signs, now, pace),
    ...peerProblems(signs),
  ];
  return problems.sort((a, b) => Number(b.stale ?? false) - Number(a.stale ?? false));
}

const limitOf = ({ everyMs }: Signs): number => Math.max(STALE_MS, everyMs * STALE_OBSERVATIONS);

function chainProblems(signs: Signs, now: number, pace: number): Problem[] {
  const { chain, grewAt, since } = signs;
  const limit = limitOf(signs);
  const silent = (now - (chain.at ?? since)) / pace;
  if (silent > limit)
    return [
      {
        code: 'chain-silent',
        message: `no usable answer from the RPC node for ${seconds(silent)}`,
        stale: true,
      },
    ];
  if (!chain.value) return [];
  const problems: Problem[] = [];
  const stuck = (now - grewAt) / pace;
  if (stuck > limit)
    problems.push({
      code: 'chain-stuck',
      message: `the RPC node has been at slot ${chain.value.slot} for ${seconds(stuck)}; use another node`,
      stale: true,
    });
  const lag = lagOf(signs) / pace;
  if (Math.abs(lag) > LAG_WARN_SECONDS)
    problems.push({
      code: 'chain-lags',
      message: `the RPC node's chain time is ${Math.abs(Math.round(lag))} s ${lag > 0 ? 'behind' : 'ahead of'} this machine's clock; check both`,
      stale: lag > LAG_STALE_SECONDS,
    });
  const { epoch, governance, epochSeconds } = chain.value;
  const { cut_overdue_seconds: overdue } = cutOf(chain.value, now);
  if (overdue / pace > CUT_LATE_SECONDS && governance.pause === null)
    problems.push({
      code: 'cut-overdue',
      message: `epoch ${epoch.cut + 1} should have been cut ${Math.round(overdue)} s ago (an epoch takes ${epochSeconds} s); ${epoch.cut - epoch.current} cut epochs are not promoted yet`,
    });
  return [...problems, ...payerProblems(chain.value.payer)];
}

function payerProblems(payer: { address: string; lamports: string } | null): Problem[] {
  if (!payer)
    return [
      { code: 'no-payer', message: 'no wallet for fees: this oracle signs, but leaves sending to others' },
    ];
  if (BigInt(payer.lamports) >= LOW_LAMPORTS) return [];
  const sol = Number(payer.lamports) / 1e9;
  return [
    { code: 'payer-low', message: `the wallet for fees has ${sol} SOL; send some to ${payer.address}` },
  ];
}

function ownProblems(signs: Signs, now: number, pace: number): Problem[] {
  const { store, since, tasks, running } = signs;
  const problems: Problem[] = [];
  const silent = (now - (store.at ?? since)) / pace;
  if (silent > limitOf(signs))
    problems.push({
      code: 'store-fails',
      message: `the store could not be written for ${seconds(silent)}`,
      stale: true,
    });
  const busy = running ? (now - running.since) / pace : 0;
  if (running && busy > TASK_SECONDS * 1000)
    problems.push({
      code: 'task-stuck',
      message: `${running.task} has been running for ${seconds(busy)}; restart the oracle`,
      stale: true,
    });
  for (const [task, { failed }] of Object.entries(tasks))
    if (failed === 'close-failed')
      problems.push({
        code: failed,
        message:
          'an epoch is too large for one machine, and closing it elsewhere failed again and again; the log says more',
      });
    else if (failed !== null)
      problems.push({ code: 'task-fails', message: `${task} failed: ${failed}; the log says more` });
  return problems;
}

const peerProblems = ({ peers }: Signs): Problem[] =>
  Object.entries(peers).flatMap(([url, { failure }]) =>
    failure === undefined
      ? []
      : [{ code: 'peer-silent', message: `no usable answer from the peer ${withoutSecrets(url)}` }],
  );

/** The oracle's clock minus the chain's when the chain was last seen, seconds of both. */
export const lagOf = ({ chain }: Signs): number =>
  chain.value && chain.at !== undefined ? chain.at / 1000 - chain.value.time : 0;

/** How long ago the last cut was and how long the next has been due, seconds of the chain's clock. */
export function cutOf({ cutTime, epochSeconds }: { cutTime: number; epochSeconds: number }, now: number) {
  const cut_age_seconds = Math.max(0, now / 1000 - cutTime);
  return { cut_age_seconds, cut_overdue_seconds: Math.max(0, cut_age_seconds - epochSeconds) };
}

/** How long ago `at` was, real seconds. */
export const ageOf = (at: number, now: number, pace: number): number => Math.max(0, (now - at) / 1000 / pace);
const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
