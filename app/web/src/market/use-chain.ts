import type { MarketFacts } from '@commonwire/sdk/market';
import { useQuery } from '@tanstack/react-query';
import { useSnapshot } from '../live';
import { Chain } from '../transact/chain';

/** The client of the market program, loaded where something of the chain is needed: it is large. */
const trading = () => import('./trading');

/** What the node says about something; undefined where this page's server names no node. */
export function useChain<T>(
  name: readonly (string | undefined)[],
  read: (chain: Chain, client: Awaited<ReturnType<typeof trading>>) => Promise<T>,
): { data: T | undefined; error: Error | null; rpc: string | undefined } {
  const { rpc } = useSnapshot();
  const { data, error } = useQuery({
    queryKey: ['chain', rpc, ...name],
    queryFn: async () => read(new Chain(rpc!), await trading()),
    enabled: rpc !== undefined && name.every((part) => part !== undefined),
    refetchInterval: 15_000,
  });
  return { data, error, rpc };
}

/** A market on chain. */
export const useMarket = (market: string | undefined): MarketFacts | undefined =>
  useChain(['market', market], (chain, client) => client.readMarket(chain, market!)).data;
