import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Keypair } from '@solana/web3.js';
import type { World } from './world';

/** How long a command may take, milliseconds. */
const PATIENCE_MS = 300_000;
/** How long one that goes on for ever may take to say what it must, milliseconds. */
const ENDLESS_MS = 30_000;

/** Where commands work: a chain, files and a copy of the repository. */
export interface CommandPlace {
  /** The chain's address, behind what records requests. */
  rpcUrl: string;
  /** A copy of the repository. */
  tree: string;
  files: {
    /** A folder for files and as home. */
    folder: string;
    /** The key of the chain's payer. */
    payer: string;
    /** Makes a file with a new key; returns its path and address. */
    newKey(name: string): { file: string; address: string };
  };
  /** What earlier commands said, for later ones. */
  found: Record<string, string>;
}

/** A place whose chain has one of everything. */
export interface CommandWorld extends World, CommandPlace {}

/** A command of a tool and what it must say. */
export interface ToolCommand<Place extends CommandPlace = CommandWorld> {
  /** The tool and the command, as people say it. */
  name: string;
  /** The words of the command line, the tool's first. */
  words(world: Place): readonly string[];
  /** Done before it is started. */
  prepares?(world: Place): void | Promise<void>;
  /** What its output must match. */
  says?: readonly RegExp[];
  /** It goes on for ever, so it is ended once its output matches this. */
  endedAt?: RegExp;
  /** It can't work on this chain: it must fail, and say this. */
  refused?: RegExp;
  /** Names that are kept for later commands, by the pattern whose group finds them in the output. */
  keeps?: Readonly<Record<string, RegExp>>;
  /** Looks at the rest. @throws if it is wrong */
  checks?(world: Place, output: string): Promise<void>;
  /** The folder to work in; that of the files if left out. */
  cwd?(world: Place): string;
  /** Environment variables besides those of this process. */
  env?(world: Place): Record<string, string>;
}

/** Returns whether a tool can be started. */
export function onPath(tool: string): boolean {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Makes a folder for the commands' files in a copy of the repository. */
export function prepareFiles(tree: string, payer: Keypair): CommandPlace['files'] {
  const folder = join(tree, '.commonwire', 'clients');
  mkdirSync(folder, { recursive: true });
  const write = (name: string, key: Keypair) => {
    const file = join(folder, `${name}-keypair.json`);
    writeFileSync(file, JSON.stringify([...key.secretKey]), { mode: 0o600 });
    return file;
  };
  return {
    folder,
    payer: write('payer', payer),
    newKey: (name) => {
      const key = Keypair.generate();
      return { file: write(name, key), address: key.publicKey.toBase58() };
    },
  };
}

/** Runs a command; returns what is wrong with it, or undefined. */
export async function checkCommand<Place extends CommandPlace>(
  command: ToolCommand<Place>,
  world: Place,
): Promise<string | undefined> {
  let words: readonly string[] = [command.name];
  try {
    await command.prepares?.(world);
    words = command.words(world);
    // Anchor takes its wallet from the environment, and cargo and rustup their folders from the true home.
    const env = { NO_COLOR: '1', ANCHOR_WALLET: world.files.payer, ...command.env?.(world) };
    const cwd = command.cwd?.(world) ?? world.files.folder;
    const { code, output } = await run(words, { cwd, env, endedAt: command.endedAt });
    const line = words.join(' ');
    if (command.refused) {
      if (code !== 0 && command.refused.test(output)) return undefined;
      return `${line}\nended with ${code} and did not say ${command.refused}:\n${output.slice(0, 4000)}`;
    }
    if (command.endedAt && !command.endedAt.test(output))
      return `${line}\ndid not say ${command.endedAt}:\n${output.slice(0, 4000)}`;
    if (code !== 0 && !command.endedAt) return `${line}\nended with ${code}:\n${output}`;
    for (const pattern of command.says ?? []) {
      if (!pattern.test(output)) return `${line}\ndid not say ${pattern}:\n${output.slice(0, 4000)}`;
    }
    for (const [name, pattern] of Object.entries(command.keeps ?? {})) {
      const value = pattern.exec(output)?.[1];
      if (value === undefined) return `${line}\ndid not say ${pattern}:\n${output.slice(0, 4000)}`;
      world.found[name] = value;
    }
    await command.checks?.(world, output);
    return undefined;
  } catch (error) {
    return `${words.join(' ')}\n${error instanceof Error ? error.message : String(error)}`;
  }
}

interface Started {
  cwd: string;
  env: Record<string, string>;
  endedAt: RegExp | undefined;
}

async function run([tool, ...args]: readonly string[], { cwd, env, endedAt }: Started) {
  const child = spawn(tool!, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: endedAt ? ENDLESS_MS : PATIENCE_MS,
    env: { ...process.env, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      output += data;
      if (endedAt?.test(output)) child.kill();
    });
  }
  const [code] = await once(child, 'close');
  return { code: code as number | null, output };
}
