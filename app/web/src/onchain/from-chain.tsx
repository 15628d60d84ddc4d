import { codeOf } from '@commonwire/sdk/core';
import type { Connection } from '@solana/web3.js';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { live, useSnapshot } from '../live';
import { Empty } from '../parts';
import { t } from '../text';
import { nodeAt } from './node';

/** The code of what a node answers but doesn't do. */
const REFUSED = 'rpc-failed';

/**
 * Shows what is read from the chain through the node that this page's server names, and reads it again every few seconds.
 * What was read last stays while the node fails, with the failure above it.
 */
export function FromChain<T>(props: {
  name: readonly string[];
  read: (connection: Connection) => Promise<T>;
  /** Seconds between two reads. Searches, which cost a node much, are rarer. */
  every?: number;
  /** Shown where the node answers, but doesn't search for this. */
  instead?: ReactNode;
  children: (data: T) => ReactNode;
}) {
  const { name, read, every = 5, instead, children } = props;
  const { rpc } = useSnapshot();
  const { data, error } = useQuery({
    queryKey: [rpc, ...name],
    queryFn: () => read(nodeAt(rpc!)),
    enabled: rpc !== undefined,
    refetchInterval: every * 1_000,
  });
  if (rpc === undefined) return <Empty>{t(live.isLoaded ? 'chain.noNode' : 'app.loading')}</Empty>;
  return (
    <>
      {error && <p className="problem">{t('chain.failed', { reason: error.message })}</p>}
      {data !== undefined && children(data)}
      {data === undefined &&
        (error ? codeOf(error, REFUSED) === REFUSED && instead : <Empty>{t('app.loading')}</Empty>)}
    </>
  );
}
