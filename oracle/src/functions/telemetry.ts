import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { health } from '../api/health';
import type { OracleEmitter } from '../runtime/events';
import { type Log, logEvents } from '../runtime/logging';
import type { Oracle } from '../runtime/oracle';

/** The metrics that `serverless.yml` has alarms for, and a few to look at. Each costs something, so they are few. */
type Metric =
  | 'Accepted'
  | 'Duplicate'
  | 'Rejected'
  | 'TaskFailed'
  | 'Doubted'
  | 'Equivocation'
  | 'LeaseHeld'
  | 'Stale'
  | 'PayerLow';

/** Lines as everywhere: time, level and event, then its fields; and which invocation it was. */
class Lines extends LogFormatter {
  override formatAttributes(attributes: UnformattedAttributes, { fields = {} }: LogAttributes): LogItem {
    const { logLevel, message, timestamp, lambdaContext, xRayTraceId } = attributes;
    return new LogItem({
      attributes: {
        time: timestamp.toISOString(),
        level: logLevel.toLowerCase(),
        event: message,
        ...(fields as object),
        function: lambdaContext?.functionName,
        request: lambdaContext?.awsRequestId,
        trace: xRayTraceId,
      },
    });
  }
}

const logger = new Logger({ logFormatter: new Lines() });
const metrics = new Metrics({ namespace: 'Commonwire' });

/** Writes a line to the function's log. */
export const log: Log = (level, event, fields) => logger[level](event, { fields });

/** Adds to a metric of this invocation. */
export function count(metric: Metric, amount = 1): void {
  metrics.addMetric(metric, 'Count', amount);
}

/** Names the invocation in the lines that follow. */
export function begin(context: Context | undefined): void {
  if (context) logger.addContext(context);
}

/** Writes the metrics of this invocation, from which CloudWatch takes them. */
export function publish(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}

/** Logs and counts an oracle's events. */
export function tell(events: OracleEmitter): void {
  logEvents(events, log);
  events.on('batch', ({ accepted, duplicate, rejected }) => {
    const refused = Object.values(rejected).reduce((sum, one) => sum + one, 0);
    for (const [metric, amount] of [
      ['Accepted', accepted],
      ['Duplicate', duplicate],
      ['Rejected', refused],
    ] as const)
      if (amount > 0) count(metric, amount);
  });
  events.on('failed', () => count('TaskFailed'));
  for (const event of ['doubted', 'unanswered'] as const) events.on(event, () => count('Doubted'));
  for (const event of ['equivocation', 'forked'] as const) events.on(event, () => count('Equivocation'));
}

/** Says what the oracle just noticed about itself. If nothing is said for minutes, no task works any more. */
export async function tellHealth(oracle: Oracle): Promise<void> {
  const { status, problems } = await health(oracle);
  count('Stale', status === 'stale' || status === 'starting' ? 1 : 0);
  count('PayerLow', problems.some(({ code }) => code === 'payer-low' || code === 'no-payer') ? 1 : 0);
}
