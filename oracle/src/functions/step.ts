import { codeOf } from '@commonwire/sdk/core';
import type { Context } from 'aws-lambda';
import { runStep, type StepAnswer } from '../epoch/steps/steps';
import { openStepStores, type StepName, type StepStores } from '../epoch/steps/stores';
import { reasonOf } from '../runtime/errors';
import { begin, log, publish } from './telemetry';

let opened: StepStores | undefined;

/** Makes the Lambda handler of a step, which a state machine calls, again if it fails. */
export const onStep =
  (step: StepName) =>
  async (event: unknown, context?: Context): Promise<StepAnswer> => {
    begin(context);
    try {
      opened ??= openStepStores(process.env);
      return await runStep(opened, step, event);
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
