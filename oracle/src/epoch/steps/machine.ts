/** What runs the steps of a close on other machines, in the order that they need. */
import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { waiting } from '../../runtime/aws';
import type { BlobFiles } from '../../storage/blobs';
import type { Prepared } from './prepare';
import { STEP_FILES } from './stores';

/** What an execution is told. */
export type Execution = Prepared;

export type ExecutionState = 'none' | 'running' | 'succeeded' | 'failed';

export interface Machine {
  /** Starts an execution, and doesn't wait for it. Nothing happens if there is one with this name and input. */
  start(name: string, input: Execution): Promise<void>;
  look(name: string): Promise<ExecutionState>;
}

/** Where epochs of many shards are closed, if not on this machine. */
export interface Elsewhere {
  readonly machine: Machine;
  /** Of the steps, which it reads and writes. */
  readonly files: BlobFiles;
  /** Shards from which on an epoch is closed there. */
  readonly least: number;
  /** Shards that this machine closes itself once that has failed. */
  readonly most: number;
}

/** A state machine of AWS Step Functions, which `serverless.yml` defines. */
export function stateMachine(arn: string, client = new SFNClient(waiting())): Machine {
  const executionArn = (name: string) => `${arn.replace(':stateMachine:', ':execution:')}:${name}`;
  return {
    async start(name, { globals, items }) {
      const input = JSON.stringify({ globals, items: STEP_FILES + items });
      await client.send(new StartExecutionCommand({ stateMachineArn: arn, name, input }));
    },
    async look(name) {
      try {
        const command = new DescribeExecutionCommand({ executionArn: executionArn(name) });
        const { status } = await client.send(command);
        if (status === 'SUCCEEDED') return 'succeeded';
        return status === 'RUNNING' || status === 'PENDING_REDRIVE' ? 'running' : 'failed';
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return 'none';
        throw error;
      }
    },
  };
}
