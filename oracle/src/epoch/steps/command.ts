/** Runs the steps of a close by a command of this machine, such as one that has Spark run them. */
import { spawn } from 'node:child_process';
import type { ExecutionState, Machine } from './machine';

/** What the command may know of the oracle's own settings: where the steps read and write, and no key or node. */
const PASSED = ['COMMONWIRE_BUCKET', 'COMMONWIRE_DATA'];

/** @param command with its arguments, separated by spaces; the address of the close and the number of shards are added */
export function commandMachine(command: string, environment = process.env): Machine {
  const [file, ...given] = command.trim().split(/\s+/);
  const isPassed = (name: string) => !name.startsWith('COMMONWIRE_') || PASSED.includes(name);
  const env = Object.fromEntries(Object.entries(environment).filter(([name]) => isPassed(name)));
  // Whoever is restarted begins again: steps that were done leave the same bytes.
  const states = new Map<string, ExecutionState>();
  return {
    async start(name, { globals, shards }) {
      if (states.has(name)) return;
      states.set(name, 'running');
      const args = [...given, globals, String(shards)];
      const child = spawn(file!, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
      child.once('error', () => states.set(name, 'failed'));
      child.once('exit', (code) => states.set(name, code === 0 ? 'succeeded' : 'failed'));
    },
    look: async (name) => states.get(name) ?? 'none',
  };
}
