import type { Emission, NetworkPolicy } from '@commonwire/sdk/network';
import type { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { type CommitteeConfig, committeeFields } from './committee-config';
import { address, amount, NetworkConfigError, parseConfig, positive } from './config-fields';
import { policyFields, toPolicy } from './policy-config';
import { emissionKind, type TokenConfig, tokenFields, toToken } from './token-config';

/** The configuration of a new network. Amounts are base units of its reward token. */
export interface NetworkConfig {
  token: TokenConfig;
  emission: Emission;
  policy: NetworkPolicy;
  committee: CommitteeConfig;
  /** May change policy and committee; the network's creator if omitted. */
  authority?: PublicKey;
  /** May veto and pause; nobody if omitted. */
  guardian?: PublicKey;
}

const schema = z.strictObject({
  token: tokenFields,
  emission: z.strictObject({
    kind: emissionKind,
    max_supply: positive,
    epoch_cap: positive,
    halving_epochs: amount.default(0n),
  }),
  policy: policyFields,
  committee: committeeFields,
  authority: address.optional(),
  guardian: address.optional(),
});

/** A network's configuration in JSON, as in `network.example.json`. */
export type NetworkConfigInput = z.input<typeof schema>;

/**
 * Checks a configuration read from JSON. Rejects unknown fields, so that a misspelt one isn't silently ignored.
 * @throws NetworkConfigError naming the first bad field
 */
export function parseNetworkConfig(value: unknown): NetworkConfig {
  const { token, emission, policy, committee, authority, guardian } = parseConfig(schema, value);
  return {
    token: toToken(emission.kind, token, (field, message) => {
      throw new NetworkConfigError('bad-network-config', `token.${field}: ${message}`);
    }),
    emission: {
      maxSupply: emission.max_supply,
      epochCap: emission.epoch_cap,
      halvingEpochs: emission.halving_epochs,
    },
    policy: toPolicy(policy, emission.epoch_cap),
    committee,
    ...(authority ? { authority } : {}),
    ...(guardian ? { guardian } : {}),
  };
}
