import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePython } from '../../../tests/clients/python';
import { bundle, PIPE } from '../../bundle';
import { commandMachine } from '../../src/epoch/steps/command';
import { openStepStores } from '../../src/epoch/steps/stores';
import type { Place } from './moto-machine';

const CLOSE = join(__dirname, '../../spark/close.py');

/** Spark on this machine, on a folder. */
export async function sparkMachine(): Promise<Place> {
  const python = ensurePython('spark');
  const folder = await mkdtemp(join(tmpdir(), 'commonwire-spark-'));
  await bundle([PIPE], folder);
  // Of what can't be bundled.
  await symlink(join(__dirname, '../../../node_modules'), join(folder, 'node_modules'));
  const places = { COMMONWIRE_DATA: join(folder, 'data') };
  const quiet = '--conf spark.ui.enabled=false --conf spark.ui.showConsoleProgress=false';
  const machine = commandMachine(`${python} ${CLOSE} --step ${join(folder, 'pipe.js')}`, {
    ...process.env,
    ...places,
    PYSPARK_PYTHON: python,
    PYSPARK_SUBMIT_ARGS: `--master local[2] ${quiet} pyspark-shell`,
  });
  return { machine, stores: openStepStores(places), stop: () => rm(folder, { recursive: true }) };
}
