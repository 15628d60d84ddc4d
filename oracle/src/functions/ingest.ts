import { MAX_BATCH_BYTES, reportBatchSchema } from '@commonwire/sdk/oracle';
import { bodyBytes, type HttpEvent, type HttpFunction, header, json } from '../api/http';
import { badRequest } from '../runtime/errors';
import type { Oracle } from '../runtime/oracle';
import { onAws } from './common';

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

export const handler = onAws(ingest);
