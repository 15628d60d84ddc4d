import { isMemoProgram } from '../../../chain/memos';
import { toBase58, toKey } from '../../../encoding';
import { ByteReader, Unparsable } from '../byte-reader';
import { PROGRAMS } from '../program-ids';
import { parseAssociatedToken } from './associated-token';
import type { ParseCall } from './call';
import { parseLoader, parseUpgradeableLoader } from './loaders';
import { parseLookupTables } from './lookup-table';
import { parseStakes } from './stake';
import { parseSystem } from './system';
import { parseToken } from './token';
import { parseVotes } from './vote';

/** What validators parse, by program: its name in JSON and its parser. Memos are text and have none. */
const PARSERS: ReadonlyMap<string, readonly [program: string, parse: ParseCall]> = new Map<
  string,
  readonly [string, ParseCall]
>([
  [PROGRAMS.addressLookupTable, ['address-lookup-table', parseLookupTables]],
  [PROGRAMS.associatedToken, ['spl-associated-token-account', parseAssociatedToken]],
  [PROGRAMS.bpfLoader, ['bpf-loader', parseLoader]],
  [PROGRAMS.bpfUpgradeableLoader, ['bpf-upgradeable-loader', parseUpgradeableLoader]],
  [PROGRAMS.stake, ['stake', parseStakes]],
  [PROGRAMS.system, ['system', parseSystem]],
  [PROGRAMS.token, ['spl-token', parseToken]],
  // Validators name both token programs alike here.
  [PROGRAMS.token2022, ['spl-token', parseToken]],
  [PROGRAMS.vote, ['vote', parseVotes]],
]);

/** An instruction with its keys. */
interface Instruction {
  program: Buffer;
  accounts: readonly Buffer[];
  data: Buffer;
}

function parsed({ program, accounts, data }: Instruction): { program: string; parsed: unknown } | undefined {
  try {
    const reader = new ByteReader(data);
    if (isMemoProgram(program)) return { program: 'spl-memo', parsed: reader.text(data.length) };
    const [name, parse] = PARSERS.get(toKey(program)) ?? [];
    if (!name || !parse || accounts.length === 0) return undefined;
    return { program: name, parsed: parse({ accounts: accounts.map(toBase58), data: reader }) };
  } catch (error) {
    if (error instanceof Unparsable) return undefined;
    throw error;
  }
}

/** Encodes an instruction as `jsonParsed`: parsed, or else with addresses in place of indices. */
export function parseInstruction(instruction: Instruction, stackHeight: number | null) {
  const programId = toBase58(instruction.program);
  const known = parsed(instruction);
  if (known) return { ...known, programId, stackHeight };
  return {
    programId,
    accounts: instruction.accounts.map(toBase58),
    data: toBase58(instruction.data),
    stackHeight,
  };
}
