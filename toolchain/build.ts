import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { flag, parseOptions, runMain } from '@commonwire/sdk/node';
import { z } from 'zod';
import { buildPinned, buildWithSolanaTools } from './binary';
import { writeWhole } from './files';
import { buildInterfaces } from './idl';
import { findPrograms } from './paths';
import { isOnPath } from './process';
import { ensureNightly, ensurePinnedTools } from './tools';

const USAGE = `npm run build:programs -- [PROGRAM ...] [--pinned] [--no-idl]

Builds all programs or those named: target/deploy/NAME.so, target/idl/NAME.json, app/sdk/src/generated/NAME.{json,ts}.

  --pinned   use the pinned nightly and linker even if cargo build-sbf is on PATH
  --no-idl   build only the binaries
  --help     show this help

The pinned build also updates toolchain/prebuilt/NAME.so. A hosted program (realm) has a binary alone. See
docs/building.md for details.`;

const options = z.object({ program: z.array(z.string()), pinned: flag, 'no-idl': flag });

function main(argv: readonly string[]): void {
  const given = parseOptions('npm run build:programs --', argv, options, 'program');
  const programs = findPrograms(given.program);
  if (!given.pinned && isOnPath('cargo-build-sbf')) {
    buildWithSolanaTools(programs);
  } else {
    buildPinned(programs, ensurePinnedTools());
    for (const { binary, prebuilt } of programs) writeWhole(prebuilt, readFileSync(binary));
  }
  if (!given['no-idl']) {
    const own = programs.filter((program) => !program.hosted);
    const interfaces = own.length > 0 ? buildInterfaces(own, ensureNightly()) : [];
    own.forEach((program, i) => {
      const { json, types } = interfaces[i]!;
      writeWhole(program.idl, json);
      writeWhole(program.sdkIdl, json);
      writeWhole(program.sdkTypes, types);
    });
  }
  for (const { name, binary } of programs) {
    const bytes = readFileSync(binary);
    console.log(
      `${name}: ${bytes.length} bytes, SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`,
    );
  }
}

void runMain(main, { usage: USAGE });
