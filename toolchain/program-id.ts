import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { PublicKey } from '@solana/web3.js';
import { writeWhole } from './files';
import { findPrograms, type Program, ROOT } from './paths';
import { runMain } from './process';

const USAGE = `npm run program-id -- PROGRAM [ADDRESS]

Shows a program's address, or changes it in the program's declare_id!, in Anchor.toml and in the SDK's IDL and type. The
address is part of the binary, so rebuild after a change (npm run build:programs).

For a new address create a key pair (solana-keygen new -o NAME-keypair.json) and keep it out of git.`;

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', default: false } },
  });
  const [name, address] = positionals;
  if (values.help || !name || positionals.length > 2) {
    console.log(USAGE);
    return;
  }
  const program = findPrograms([name])[0]!;
  if (address === undefined) console.log(declaredAddress(program));
  else changeAddress(program, parseAddress(address));
}

function parseAddress(text: string): string {
  try {
    return new PublicKey(text).toBase58();
  } catch {
    throw new Error(`${text} is not a base58 address of 32 bytes`);
  }
}

function declarationOf({ folder }: Program): string {
  return join(folder, 'src/lib.rs');
}

function declaredAddress(program: Program): string {
  const file = declarationOf(program);
  const address = /declare_id!\("([1-9A-HJ-NP-Za-km-z]{32,44})"\)/.exec(readFileSync(file, 'utf8'))?.[1];
  if (!address) throw new Error(`${relative(ROOT, file)} has no declare_id!`);
  return address;
}

/** Changes the address in all files. Reads all of them before writing, so that an unexpected one changes nothing. */
function changeAddress(program: Program, address: string): void {
  const old = declaredAddress(program);
  const files = [declarationOf(program), join(ROOT, 'Anchor.toml'), program.sdkIdl, program.sdkTypes];
  const texts = files.map((file) => {
    const text = readFileSync(file, 'utf8');
    if (!text.includes(old)) throw new Error(`${relative(ROOT, file)} does not contain the address ${old}`);
    return text.replaceAll(old, address);
  });
  files.forEach((file, i) => {
    writeWhole(file, texts[i]!);
    console.log(`${relative(ROOT, file)}: ${old} -> ${address}`);
  });
  console.log('Rebuild before you deploy: npm run build:programs');
}

runMain(main);
