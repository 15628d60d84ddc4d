import type { TransactionInstruction } from '@solana/web3.js';
import { type ReactNode, useState } from 'react';
import { formatTokens } from '../format';
import { Code, Empty } from '../parts';
import { t } from '../text';
import { type ActionPlan, planAction, type Watched } from './action';
import { type Fact, Flow, Wallets } from './flow';
import { type Connected, connectTo } from './wallets';

/** What a reader wants to do, in one transaction. */
export interface Deed {
  /** Its name, as on the button. */
  title: string;
  /** @throws Error that says why it can't be done */
  prepare: () => Promise<{ instructions: readonly TransactionInstruction[]; watched?: readonly Watched[] }>;
  /** What is to be known of it besides the balances that it changes. */
  facts?: readonly Fact[];
}

/** A wallet that the reader has connected, and the way of each of its actions below what it has. */
export function WithWallet(props: {
  rpc: string;
  children: (address: string, act: (deed: Deed) => void) => ReactNode;
}) {
  const { rpc, children } = props;
  const [wallet, setWallet] = useState<Connected>();
  const [failure, fail] = useState('');
  const [begun, begin] = useState<{ deed: Deed; number: number }>();
  if (!wallet)
    return (
      <>
        <Wallets
          choose={async (chosen) => {
            const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));
            try {
              setWallet(await connectTo(chosen));
              fail(t('collect.noAccount'));
            } catch (error) {
              fail(reason(error));
            }
          }}
        />
        {failure && <p className="problem">{t('collect.failed', { reason: failure })}</p>}
      </>
    );
  const leave = () => {
    setWallet(undefined);
    begin(undefined);
    fail('');
  };
  const act = (deed: Deed) => begin({ deed, number: (begun?.number ?? 0) + 1 });
  return (
    <>
      <p>
        {t('act.wallet')} <Code text={wallet.address} />{' '}
        <button type="button" onClick={leave}>
          {t('act.other')}
        </button>
      </p>
      {children(wallet.address, act)}
      {begun && (
        <section aria-label={begun.deed.title}>
          <h3>{begun.deed.title}</h3>
          <Flow<ActionPlan>
            key={begun.number}
            id="action"
            rpc={rpc}
            wallet={wallet}
            close={() => begin(undefined)}
            plan={async (signer, chain) => {
              const { instructions, watched = [] } = await begun.deed.prepare();
              return planAction({ chain, wallet: signer, instructions, watched });
            }}
            nothing={t('app.none')}
            facts={({ changes }) => [
              ...(begun.deed.facts ?? []),
              ...changes.map(
                ({ name, decimals, before, after }): Fact => [
                  name,
                  `${formatTokens(before, decimals)} → ${formatTokens(after, decimals)}`,
                ],
              ),
            ]}
            does={t('act.does')}
            doing={() => begun.deed.title}
          />
        </section>
      )}
    </>
  );
}

/** Something that a reader can do. What can't be done now says why. */
export const Doing = ({
  deed,
  act,
  not,
}: {
  deed: Deed;
  act: (deed: Deed) => void;
  not?: string | false | undefined;
}) => (
  <>
    <button type="button" disabled={Boolean(not)} title={not || undefined} onClick={() => act(deed)}>
      {deed.title}
    </button>{' '}
  </>
);

/** What is loaded and shown once somebody wants to connect a wallet: few do. */
export const Waiting = () => <Empty>{t('app.loading')}</Empty>;
