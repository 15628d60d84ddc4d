import { PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import type { DeviceTime } from './clock';
import { DeviceError } from './errors';

const networkSchema = z.object({
  network: z.string().transform((text, context) => {
    try {
      return new PublicKey(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'is no address' });
      return z.NEVER;
    }
  }),
  policy: z.object({
    clock: z.object({ origin: z.number(), start: z.number(), speed: z.number().positive() }),
  }),
});

/** What a device needs to know of its network. */
export interface NetworkInfo {
  address: PublicKey;
  deviceTime: DeviceTime;
}

/**
 * Asks the oracles, in order, what network they serve; the first that answers decides, and one that later says
 * otherwise only refuses the reports sent to it.
 * @throws DeviceError `network_unreadable` naming what each said, if none answers
 */
export async function fetchNetworkInfo(
  oracles: readonly string[],
  options: { fetch?: typeof fetch; timeoutMs?: number } = {},
): Promise<NetworkInfo> {
  const { fetch: request = fetch, timeoutMs = 10_000 } = options;
  const failures: string[] = [];
  for (const oracle of oracles) {
    try {
      const url = `${oracle.replace(/\/+$/, '')}/v1/network`;
      const response = await request(url, { signal: AbortSignal.timeout(timeoutMs) });
      if (!response.ok) throw new Error(`HTTP status ${response.status}`);
      const { network, policy } = networkSchema.parse(await response.json());
      return { address: network, deviceTime: policy.clock };
    } catch (error) {
      failures.push(`${oracle}: ${describe(error)}`);
    }
  }
  const what = 'no oracle says which network it serves; check the addresses given with --oracle';
  throw new DeviceError('network_unreadable', `${what}\n  ${failures.join('\n  ')}`);
}

function describe(error: unknown): string {
  if (error instanceof z.ZodError) {
    const issue = error.issues[0];
    return `unexpected answer at ${issue?.path.join('.')}: ${issue?.message}`;
  }
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
