import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildPinned, buildWithSolanaTools } from './binary';
import { writeWhole } from './files';
import { buildInterfaces } from './idl';
import { findPrograms } from './paths';
import { isOnPath, runMain } from './process';
import { ensureNightly, ensurePinnedTools } from './tools';

const USAGE = `npm run build:programs -- [PROGRAM ...] [--pinned] [--no-idl]

Builds all programs or those named: target/deploy/NAME.so, target/idl/NAME.json, app/sdk/src/generated/NAME.{json,ts}.

  --pinned   use the pinned nightly and linker even if cargo build-sbf is on PATH
  --no-idl   build only the binaries
  --help     show this help

The pinned build also updates toolchain/prebuilt/NAME.so. See docs/building.md for details.`;

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      pinned: { type: 'boolean', default: false },
      'no-idl': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const programs = findPrograms(positionals);
  if (!values.pinned && isOnPath('cargo-build-sbf')) {
    buildWithSolanaTools(programs);
  } else {
    buildPinned(programs, ensurePinnedTools());
    for (const { binary, prebuilt } of programs) writeWhole(prebuilt, readFileSync(binary));
  }
  if (!values['no-idl']) {
    const interfaces = buildInterfaces(programs, ensureNightly());
    programs.forEach((program, i) => {
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

runMain(main);
