import { answering, type HttpEvent, type HttpFunction, type HttpResult, toResult } from '../api/http';
import { routeKey, routes } from '../api/routes';
import { readConfig } from '../runtime/config';
import { reasonOf } from '../runtime/errors';
import { OracleEmitter } from '../runtime/events';
import { logEvents, logger } from '../runtime/logging';
import { openOracle } from '../runtime/open';
import type { Oracle } from '../runtime/oracle';
import { followingTask, runTask, type TaskName } from '../tasks/tasks';
import { invoker } from './invoke';

const log = logger({ write: (line) => console.log(line), least: 'info' });
/** The task after which chain, store and peers are observed, every minute: one that may read the payer's address. */
const OBSERVER: TaskName = 'cut';
const SCHEDULE_MS = 60_000;

let opened: Promise<Oracle> | undefined;

/**
 * Returns this process's oracle, created from the environment on the first call. After a failure the next call retries.
 */
function theOracle(): Promise<Oracle> {
  opened ??= open().catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

async function open(): Promise<Oracle> {
  const events = new OracleEmitter();
  logEvents(events, log);
  const { oracle } = await openOracle(await readConfig(process.env), events, { shared: true });
  return oracle;
}

/** For so long a function answers from what other processes of this oracle had stored, milliseconds. */
const CAUGHT_UP_MS = 1_000;
let caughtUp: { readonly at: number; readonly done: Promise<unknown> } | undefined;

/** Reads what other processes have stored since: the registry, which may have grown, and what they noticed. */
function catchUp(oracle: Oracle): Promise<unknown> {
  if (caughtUp && performance.now() - caughtUp.at < CAUGHT_UP_MS) return caughtUp.done;
  const done = Promise.all([oracle.registry.refresh(), oracle.vitals.load()]);
  caughtUp = { at: performance.now(), done };
  return done;
}

/** Makes a Lambda handler for HTTP. */
export const onAws = (build: (oracle: Oracle) => HttpFunction) => {
  const answer = answering(
    async (request) => {
      const oracle = await theOracle();
      await catchUp(oracle);
      // Other processes took in the latest reports.
      if (request.routeKey === routeKey(routes.device)) await oracle.ingest.resume();
      return build(oracle)(request);
    },
    (status, code, error) => {
      if (status === 500) log('error', 'refused', { status, code, message: reasonOf(error) });
    },
  );
  return async (event: HttpEvent): Promise<HttpResult> => toResult(await answer(event));
};

/**
 * Makes a Lambda handler for a scheduled task. A failure is emitted as an event and left to the next scheduled call,
 * since one task must not hold up the others. The next task is invoked at once, so that epochs don't wait for
 * schedules.
 */
export const onSchedule = (name: TaskName) => async (): Promise<void> => {
  const oracle = await theOracle();
  await oracle.registry.refresh();
  await runTask(oracle, name);
  await oracle.vitals.saveTask(name);
  if (name === OBSERVER) {
    await oracle.vitals.observe();
    await oracle.vitals.saveObservations(SCHEDULE_MS);
  }
  const next = followingTask(name);
  if (next) await invoker(process.env)(next, {});
};
