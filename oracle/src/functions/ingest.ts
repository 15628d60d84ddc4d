import { MAX_BATCH_BYTES, MAX_BATCH_REPORTS, reportBatchSchema, tooComplex } from '@commonwire/sdk/oracle';
import { bodyBytes, type HttpEvent, type HttpFunction, header, json } from '../api/http';
import { badRequest } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { onAws } from './common';

/** What a batch may be made of: each report has two values, and room for what later versions may add. */
const MOST = { depth: 8, values: 10 * MAX_BATCH_REPORTS };

/** Handles a batch of reports. */
export const ingest =
  (oracle: Oracle): HttpFunction =>
  async (event) =>
    json(200, await oracle.ingest.submit(readBatch(event)));

function readBatch(event: HttpEvent) {
  const type = (header(event, 'content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  if (type !== 'application/json')
    throw badRequest('unsupported-media-type', 'send the batch as application/json', 415);
  const body = bodyBytes(event);
  if (body.length > MAX_BATCH_BYTES)
    throw badRequest(
      'too-large',
      `a body may have at most ${MAX_BATCH_BYTES} bytes; send smaller batches`,
      413,
    );
  const complex = tooComplex(body, MOST);
  if (complex) throw badRequest('bad-schema', `body: ${complex}`);
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw badRequest('malformed-json', 'the body is not JSON');
  }
  const batch = reportBatchSchema.safeParse(value);
  if (batch.success) return batch.data.reports;
  const issue = batch.error.issues[0];
  throw badRequest('bad-schema', `${issue?.path.join('.') || 'body'}: ${issue?.message}`);
}

export const handler = onAws(ingest, 'append');
