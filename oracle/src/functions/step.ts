import { codeOf } from '@commonwire/sdk/core';
import type { Context } from 'aws-lambda';
import { runStep, type StepAnswer } from '../epoch/steps/steps';
import { STEP_FILES, type StepName, type StepStores, stepStores } from '../epoch/steps/stores';
import { OracleError, reasonOf } from '../runtime/errors';
import { s3Blobs, s3Files } from '../storage/s3';
import { begin, log, publish } from './telemetry';

let opened: StepStores | undefined;

/** All that a worker needs: it knows no key, no table and no chain. */
function theStores({ COMMONWIRE_BUCKET: bucket }: NodeJS.ProcessEnv): StepStores {
  if (!bucket) throw new OracleError('bad-environment', 'COMMONWIRE_BUCKET must be set');
  opened ??= stepStores(s3Blobs(bucket), s3Files(bucket, STEP_FILES));
  return opened;
}

/** Makes the Lambda handler of a step, which a state machine calls, again if it fails. */
export const onStep =
  (step: StepName) =>
  async (event: unknown, context?: Context): Promise<StepAnswer> => {
    begin(context);
    try {
      return await runStep(theStores(process.env), step, event);
    } catch (error) {
      log('error', 'failed', {
        step,
        request: event,
        code: codeOf(error, 'internal'),
        message: reasonOf(error),
      });
      throw error;
    } finally {
      publish();
    }
  };
