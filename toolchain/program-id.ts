import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { address, parseOptions, runMain, UsageError } from '@commonwire/sdk/node';
import { z } from 'zod';
import { writeWhole } from './files';
import { findPrograms, type Program, ROOT } from './paths';

const USAGE = `npm run program-id -- PROGRAM [ADDRESS]

Shows a program's address, or changes it in the program's declare_id!, in Anchor.toml, in the SDK's IDL and type and in the
sources of programs that call it. The address is part of their binaries, so rebuild after a change (npm run build:programs).

For a new address create a key pair (solana-keygen new -o NAME-keypair.json) and keep it out of git.`;

const options = z.object({
  program: z
    .array(z.string())
    .min(1, 'is missing')
    .max(2, 'takes a program and an address, nothing more')
    .transform(([name, text]) => ({ name: name!, text })),
});

function main(argv: readonly string[]): void {
  const { program: given } = parseOptions('npm run program-id --', argv, options, 'program');
  const program = findPrograms([given.name])[0]!;
  if (given.text === undefined) console.log(declaredAddress(program));
  else changeAddress(program, parseAddress(given.text));
}

function parseAddress(text: string): string {
  const result = address.safeParse(text);
  if (result.success) return result.data.toBase58();
  throw new UsageError(`${text} is not an address: 32 bytes in base 58 are expected`);
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

/** Sources of other programs that call this one by its address. */
function callersOf({ name }: Program, address: string): string[] {
  return findPrograms()
    .filter((other) => other.name !== name)
    .flatMap(({ folder }) =>
      readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.rs'))
        .map((file) => join(folder, 'src', file)),
    )
    .filter((file) => readFileSync(file, 'utf8').includes(address));
}

/** Changes the address in all files. Reads all of them before writing, so that an unexpected one changes nothing. */
function changeAddress(program: Program, address: string): void {
  const old = declaredAddress(program);
  const own = [declarationOf(program), join(ROOT, 'Anchor.toml'), program.sdkIdl, program.sdkTypes];
  const files = [...own, ...callersOf(program, old)];
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

void runMain(main, { usage: USAGE });
