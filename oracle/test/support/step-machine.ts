import { join } from 'node:path';
import type { Elsewhere, Execution, ExecutionState, Machine } from '../../src/epoch/steps/machine';
import { runStep } from '../../src/epoch/steps/steps';
import { STEPS, type StepStores, stepStores } from '../../src/epoch/steps/stores';
import { folderBlobs, folderFiles } from '../../src/storage/blobs';
import type { World } from './world';

/** Does the steps of a close in the order of the state machine, in this process, once it is told to. */
export class StepMachine implements Machine {
  readonly states = new Map<string, ExecutionState>();
  readonly elsewhere: Elsewhere;
  private readonly stores: StepStores;
  private readonly waiting: [string, Execution][] = [];

  /** For oracle `i` of a world. @param most shards that it closes itself if need be */
  constructor(world: World, i: number, most = 8) {
    const files = folderFiles(join(world.path(String(i)), 'steps'));
    this.stores = stepStores(folderBlobs(world.path(String(i))), files);
    this.elsewhere = { machine: this, files, least: 1, most };
  }

  async start(name: string, input: Execution): Promise<void> {
    if (this.states.has(name)) return;
    this.states.set(name, 'running');
    this.waiting.push([name, input]);
  }

  async look(name: string): Promise<ExecutionState> {
    return this.states.get(name) ?? 'none';
  }

  /** Does what was started. */
  async work(): Promise<void> {
    for (const [name, { globals, items }] of this.waiting.splice(0)) {
      const listed = JSON.parse(Buffer.from((await this.stores.files.read(items))!).toString());
      for (const step of STEPS)
        for (const item of step === 'judge' || step === 'write' ? listed : [{}])
          await runStep(this.stores, step, { globals, ...item });
      this.states.set(name, 'succeeded');
    }
  }

  /** Fails what was started. */
  fail(): void {
    for (const [name] of this.waiting.splice(0)) this.states.set(name, 'failed');
  }
}
