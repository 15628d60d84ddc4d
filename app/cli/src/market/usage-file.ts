/** A file with what the orders and offers of an epoch have used. */
import { equal, toHex } from '@commonwire/sdk/core';
import { type MarketFacts, type UsageLeaf, UsageTree } from '@commonwire/sdk/market';
import { readJson } from '@commonwire/sdk/node';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { CliError } from '../errors';

/** More than any market has, and few enough to be read at once. */
const MOST_LEAVES = 1_000_000;

const amount = z
  .string()
  .regex(/^\d{1,20}$/, 'is not a whole number in decimal')
  .transform(BigInt)
  .refine((value) => value < 1n << 64n, 'is not below 2^64');
const address = z.string().transform((text, context) => {
  try {
    return new PublicKey(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not an address in base58' });
    return z.NEVER;
  }
});

/** As `commonwire market clear --book FILE --json` prints it; what else is there doesn't matter. */
const usageFile = z.object({
  usage: z
    .array(
      z.strictObject({
        side: z.enum(['order', 'offer'], 'is neither order nor offer'),
        account: address,
        birth: amount,
        counterparty: address,
        units: amount,
        amount,
      }),
    )
    .max(MOST_LEAVES),
});

/** Reads an epoch's leaves. @throws FileError CliError `bad-file` naming the first field that is wrong */
export function readUsage(file: string): readonly UsageLeaf[] {
  const { success, data, error } = usageFile.safeParse(readJson(file));
  if (success) return data.usage;
  const [issue] = error.issues;
  throw new CliError(
    'bad-file',
    `${file} has no usage: ${issue?.path.join('.') || 'the file'} ${issue?.message}`,
    { cause: error },
  );
}

/** The tree of the network's current epoch, from its leaves in a file. @throws FileError CliError */
export function readUsageTree(file: string, facts: MarketFacts): UsageTree {
  const leaves = readUsage(file);
  let tree: UsageTree;
  try {
    tree = new UsageTree(leaves);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new CliError('bad-file', `${file}: ${cause.message}`, { cause });
  }
  const { network } = facts;
  const { epoch, usageRoot } = requirePromoted(facts);
  if (equal(tree.root, usageRoot)) return tree;
  throw new CliError(
    'usage-differs',
    `the leaves of ${file} have root ${toHex(tree.root)}, but that of the current epoch ${epoch} of network ${network.address} is ${toHex(usageRoot)}: take the leaves of just this epoch`,
  );
}

/** The network's current epoch. @throws CliError `not-promoted` */
export function requirePromoted({ network }: MarketFacts): MarketFacts['network']['current'] {
  if (network.current.epoch !== 0n) return network.current;
  throw new CliError(
    'not-promoted',
    `network ${network.address} has no promoted epoch yet: nothing can be settled before its oracles have posted one`,
  );
}
