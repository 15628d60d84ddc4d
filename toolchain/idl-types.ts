import type { Idl } from '@coral-xyz/anchor';
import { convertIdlToCamelCase } from '@coral-xyz/anchor/dist/cjs/idl';
import { z } from 'zod';

/** Checks only the fields that are read here; the rest of the builder's output is trusted. */
const builtIdl = z.custom<Idl>(
  (value) =>
    z.object({ address: z.string(), metadata: z.object({ name: z.string().min(1) }) }).safeParse(value)
      .success,
  'the IDL builder printed an invalid IDL',
);

/**
 * Returns the TypeScript source of a type for `new Program<Network>(idl)`, as `anchor build` writes it to
 * `target/types`: the IDL with the names in camel case that the client converts at run time.
 *
 * @param idlJson an IDL of spec 0.1.0, as JSON.
 * @returns the source of a module that exports one type, named after the program in Pascal case.
 */
export function idlTypes(idlJson: string): string {
  const idl = builtIdl.parse(JSON.parse(idlJson));
  const { name } = idl.metadata;
  return `/**
 * Program IDL in camelCase format in order to be used in JS/TS.
 *
 * Note that this is only a type helper and is not the actual IDL. The original IDL is \`${name}.json\` beside it.
 * Both are written by \`npm run build:programs\`.
 */
export type ${pascalCase(name)} = ${JSON.stringify(convertIdlToCamelCase(idl), null, 2)};
`;
}

function pascalCase(snakeCase: string): string {
  return snakeCase
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
