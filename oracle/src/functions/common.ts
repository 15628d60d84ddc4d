import { codeOf } from '@commonwire/sdk/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { answering, type HttpEvent, type HttpFunction, type HttpResult, toResult } from '../api/http';
import { routeKey, routes } from '../api/routes';
import { readConfig } from '../runtime/config';
import { reasonOf } from '../runtime/errors';
import { OracleEmitter } from '../runtime/events';
import { type Access, openOracle } from '../runtime/open';
import type { Oracle } from '../runtime/oracle';
import { runTask, type TaskName } from '../tasks/tasks';
import { begin, count, log, publish, tell, tellHealth } from './telemetry';
import { takeTurn, type Work } from './turn';
import { type Send, sender, type WorkName } from './work';

/** The task after which chain, store and peers are observed, every minute: one that may read the payer's address. */
const OBSERVER: TaskName = 'cut';
const SCHEDULE_MS = 60_000;
/** Without a context, as in a test, an invocation may take so long. */
const DEFAULT_MS = 60_000;

let opened: Promise<Oracle> | undefined;
let send: Send | undefined;

/**
 * Returns this process's oracle, created from the environment on the first call. After a failure the next call retries.
 */
function theOracle(access: Access): Promise<Oracle> {
  opened ??= open(access).catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

async function open(access: Access): Promise<Oracle> {
  const events = new OracleEmitter();
  tell(events);
  const { oracle } = await openOracle(await readConfig(process.env), events, {
    shared: true,
    asFunction: access,
  });
  return oracle;
}

/** For so long a function answers from what other processes of this oracle had stored, milliseconds. */
const CAUGHT_UP_MS = 1_000;
let caughtUp: { readonly at: number; readonly done: Promise<unknown> } | undefined;

/** Reads what other processes have stored since: the registry, which may have grown, and what they noticed. */
function catchUp(oracle: Oracle, access: Access): Promise<unknown> {
  if (caughtUp && performance.now() - caughtUp.at < CAUGHT_UP_MS) return caughtUp.done;
  const done = Promise.all([oracle.registry.refresh(), access === 'read' && oracle.vitals.load()]);
  caughtUp = { at: performance.now(), done };
  return done;
}

/** Makes a Lambda handler for HTTP. `access`: `read` unless it stores reports. */
export const onAws = (build: (oracle: Oracle) => HttpFunction, access: Access = 'read') => {
  const answer = answering(
    async (request) => {
      const oracle = await theOracle(access);
      await catchUp(oracle, access);
      // Other processes took in the latest reports.
      if (request.routeKey === routeKey(routes.device)) await oracle.ingest.resume();
      return build(oracle)(request);
    },
    (status, code, error) => {
      if (status === 500) log('error', 'refused', { status, code, message: reasonOf(error) });
    },
  );
  return async (event: HttpEvent, context?: Context): Promise<HttpResult> => {
    begin(context);
    try {
      return await toResult(await answer(event));
    } finally {
      publish();
    }
  };
};

/**
 * Makes a Lambda handler for work in the background, called by a schedule or with messages of its queue. All messages
 * ask for the same, so one turn answers them all; if it fails they come again, each until its queue gives it up.
 */
export const inBackground =
  (name: WorkName, work: Work) =>
  async (event: Partial<SQSEvent> = {}, context?: Context): Promise<SQSBatchResponse> => {
    begin(context);
    try {
      send ??= sender(process.env);
      const ms = context?.getRemainingTimeInMillis() ?? DEFAULT_MS;
      const invocation = { name, id: context?.awsRequestId ?? 'local', ms };
      if (!(await takeTurn(await theOracle('whole'), invocation, work, send))) count('LeaseHeld');
      return { batchItemFailures: [] };
    } catch (error) {
      count('TaskFailed');
      log('error', 'failed', { task: name, code: codeOf(error, 'internal'), message: reasonOf(error) });
      if (!event.Records) throw error;
      return { batchItemFailures: event.Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    } finally {
      publish();
    }
  };

/** Makes the Lambda handler of a task. A failure of the task itself is emitted as an event and left to the next turn. */
export const onSchedule = (name: TaskName) =>
  inBackground(name, async (oracle) => {
    await runTask(oracle, name);
    if (name !== OBSERVER) return;
    await oracle.vitals.observe();
    await oracle.vitals.saveObservations(SCHEDULE_MS);
    await oracle.vitals.load();
    await tellHealth(oracle);
  });
