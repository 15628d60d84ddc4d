import { fromHex } from '@commonwire/sdk/core';
import type { RegistryEntry } from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';

const owner = z.string().transform((text) => new PublicKey(text).toBytes());
const epoch = z.number().int().nonnegative().transform(BigInt);

const registered = z
  .object({
    change: z.literal('registered'),
    index: z.number(),
    key_type: z.number(),
    device_key: z.string(),
    owner,
    kind: z.number(),
    h3_cell: z.string().regex(/^[0-9a-f]{1,16}$/),
    capacity: z.number(),
  })
  .transform(
    (line): RegistryEntry => ({
      kind: 'registered',
      devices: [
        {
          index: line.index,
          keyType: line.key_type,
          deviceKey: fromHex(line.device_key),
          owner: line.owner,
          kind: line.kind,
          h3Cell: BigInt(`0x${line.h3_cell}`),
          capacity: line.capacity,
        },
      ],
    }),
  );

const transferred = z
  .object({ change: z.literal('transferred'), index: z.number(), owner, effective_epoch: epoch })
  .transform(
    ({ index, owner, effective_epoch: effectiveEpoch }): RegistryEntry => ({
      kind: 'transferred',
      change: { index, owner, effectiveEpoch },
    }),
  );

const retired = z
  .object({ change: z.literal('retired'), index: z.number(), effective_epoch: epoch })
  .transform(
    ({ index, effective_epoch: effectiveEpoch }): RegistryEntry => ({
      kind: 'retired',
      change: { index, effectiveEpoch },
    }),
  );

const line = z.union([registered, transferred, retired]);

/** Parses a line of a dataset's registry. @throws Error for anything else */
export const parseRegistryLine = (text: string): RegistryEntry => line.parse(JSON.parse(text));
