import { oracleApi } from '../api';
import { useSnapshot } from '../live';
import { Tokens } from '../parts';
import { t } from '../text';
import type { Chain } from '../transact/chain';
import { type Fact, Flow, Sol } from '../transact/flow';
import type { Connected } from '../transact/wallets';
import { type CollectionPlan, planCollection } from './collection';

/** Pays an owner all that is due, with any wallet of this browser. */
export default function Collect({ owner, rpc, decimals }: { owner: string; rpc: string; decimals: number }) {
  const { network, source } = useSnapshot();
  const plan = async (wallet: Connected, chain: Chain) => {
    if (!network || !source) throw new Error(t('app.noData'));
    const readOwner = () => oracleApi(source).allOf(owner);
    return planCollection({ chain, network, wallet, readOwner });
  };
  const facts = ({ pays, rent }: CollectionPlan): Fact[] => [
    [t('collect.willPay'), <Tokens key="pays" amount={pays} decimals={decimals} />],
    ...(rent > 0n ? [[t('collect.rent'), <Sol key="rent" lamports={rent} />] as const] : []),
  ];
  return (
    <Flow
      id="collection"
      rpc={rpc}
      plan={plan}
      nothing={t('collect.nothing')}
      facts={facts}
      does={t('collect.pays')}
      doing={({ transactions }, place) => (
        <Tokens amount={transactions[place]?.pays ?? 0n} decimals={decimals} />
      )}
    />
  );
}
