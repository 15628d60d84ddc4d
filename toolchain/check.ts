import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runMain } from '@commonwire/sdk/node';
import { buildPinned } from './binary';
import { readIfPresent, writeWhole } from './files';
import { buildInterfaces } from './idl';
import { findPrograms, ROOT } from './paths';
import { ensurePinnedTools } from './tools';

/**
 * Builds every program from source with the pinned tools and compares the output with the committed binaries, IDLs and
 * types without changing them.
 *
 * @throws naming each file that differs, is missing or belongs to no program.
 */
function main(): void {
  const programs = findPrograms();
  const tools = ensurePinnedTools();
  buildPinned(programs, tools);
  const own = programs.filter((program) => !program.hosted);
  const interfaces = buildInterfaces(own, tools.nightlyBin);
  const complaints = [
    ...programs.flatMap((program) => compare(program.prebuilt, readIfPresent(program.binary))),
    ...own.flatMap((program, i) => {
      const { json, types } = interfaces[i]!;
      writeWhole(program.idl, json);
      return [
        ...compare(program.sdkIdl, Buffer.from(json)),
        ...compare(program.sdkTypes, Buffer.from(types)),
      ];
    }),
  ];
  const expected = programs.map((program) => `${program.name}.so`);
  for (const file of readdirSync(join(ROOT, 'toolchain/prebuilt'))) {
    if (!expected.includes(file)) complaints.push(`toolchain/prebuilt/${file} belongs to no program`);
  }
  if (complaints.length > 0) {
    throw new Error(
      `${complaints.join('\n       ')}\nRefresh with "npm run build:programs -- --pinned" and commit.`,
    );
  }
  console.log(`${programs.map((program) => program.name).join(', ')}: the committed files match the sources`);
}

function compare(committed: string, built: Buffer | undefined): string[] {
  const found = readIfPresent(committed);
  if (built && found?.equals(built)) return [];
  return [`${relative(ROOT, committed)} ${found ? 'does not match the sources' : 'is missing'}`];
}

void runMain(main);
