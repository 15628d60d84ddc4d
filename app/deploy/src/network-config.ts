import type { Emission, NetworkFloors, NetworkPolicy } from '@commonwire/sdk/network';
import type { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { type CommitteeConfig, committeeFields } from './committee-config';
import { address, amount, NetworkConfigError, parseConfig, positive, U32_MAX, whole } from './config-fields';
import { policyFields, toPolicy } from './policy-config';
import { emissionKind, type TokenConfig, tokenFields, toToken } from './token-config';

/** The configuration of a new network. Amounts are base units of its reward token. */
export interface NetworkConfig {
  token: TokenConfig;
  emission: Emission;
  policy: NetworkPolicy;
  /** Bounds of later policies; they never change. */
  floors: NetworkFloors;
  committee: CommitteeConfig;
  /** May change policy and committee; the network's creator if omitted. */
  authority?: PublicKey;
  /** May veto and pause; nobody if omitted. */
  guardian?: PublicKey;
}

/** Seven days, as long as a guardian's pause lasts. */
const MAX_CHANGE_DELAY_SECONDS = 604_800;
/** A day for devices' owners and the guardian to see what is coming. */
const DEFAULT_CHANGE_DELAY_SECONDS = 86_400;

const schema = z.strictObject({
  token: tokenFields,
  emission: z.strictObject({
    kind: emissionKind,
    max_supply: positive,
    epoch_cap: positive,
    halving_epochs: amount.default(0n),
  }),
  policy: policyFields,
  /** Bounds that no later policy can cross, by default what the policy says now, and the delay of changes that loosen it. */
  floors: z
    .strictObject({
      epoch_seconds: whole(1, U32_MAX).optional(),
      challenge_seconds: whole(1, U32_MAX).optional(),
      payout_window_seconds: whole(1, U32_MAX).optional(),
      change_delay_seconds: whole(0, MAX_CHANGE_DELAY_SECONDS).default(DEFAULT_CHANGE_DELAY_SECONDS),
    })
    .prefault({}),
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
  const { token, emission, policy, floors, committee, authority, guardian } = parseConfig(schema, value);
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
    floors: {
      epochSeconds: floors.epoch_seconds ?? policy.epoch_seconds,
      challengeSeconds: floors.challenge_seconds ?? policy.challenge_seconds,
      payoutWindowSeconds: floors.payout_window_seconds ?? policy.payout_window_seconds,
      changeDelaySeconds: floors.change_delay_seconds,
    },
    committee,
    ...(authority ? { authority } : {}),
    ...(guardian ? { guardian } : {}),
  };
}
