import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { address, parseConfig, whole } from './config-fields';

/** The largest committee that the program accepts. */
const MOST_KEYS = 21;

const oracleKey = address.refine(
  (key) => PublicKey.isOnCurve(key.toBytes()),
  'is not an Ed25519 key: an address owned by a program cannot sign',
);

/** The field `committee` of a network's configuration. */
export const committeeFields = z
  .strictObject({
    threshold: whole(1, MOST_KEYS),
    keys: z
      .array(oracleKey)
      .min(1, 'must name at least one oracle')
      .max(MOST_KEYS, `must name at most ${MOST_KEYS} oracles`),
  })
  .superRefine(({ keys, threshold }, context) => {
    const refuse = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    const texts = keys.map((key) => key.toBase58());
    const twice = texts.findIndex((key, i) => texts.indexOf(key) !== i);
    if (twice >= 0) refuse(['keys', twice], 'names an oracle a second time');
    if (threshold > keys.length || threshold * 2 <= keys.length) {
      refuse(['threshold'], `must be more than half and at most all of the ${keys.length} keys`);
    }
  });

/** A committee: its keys and threshold. */
export type CommitteeConfig = z.output<typeof committeeFields>;

/**
 * Parses the committee of a configuration from JSON. Other fields are ignored.
 * @throws NetworkConfigError naming the first bad field
 */
export const parseCommitteeConfig = (value: unknown): CommitteeConfig =>
  parseConfig(z.object({ committee: committeeFields }), value).committee;
