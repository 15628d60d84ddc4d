import type { EpochInfo, EpochSignatures } from '@commonwire/sdk/oracle';
import { useQueries } from '@tanstack/react-query';
import { Link } from 'wouter';
import { oracleApi } from '../api';
import { type EpochTotals, totalsOf } from '../epochs';
import { formatCount } from '../format';
import { EpochState } from '../history';
import { useSnapshot } from '../live';
import { Code, Codes, type Column, Empty, Facts, Section, State, Table, Tile, Tokens } from '../parts';
import { t } from '../text';
import { Loaded } from './loaded';

/** One epoch: its state, what it earned, and who signed it. */
export default function EpochPage({ epoch }: { epoch: number }) {
  return (
    <>
      <Loaded name={['epoch', epoch]} read={(oracle) => oracle.epoch(epoch)}>
        {(info, decimals) => <Epoch info={info} decimals={decimals} />}
      </Loaded>
      <Section id="signatures" title={t('epoch.signatures')}>
        <Signatures epoch={epoch} />
      </Section>
    </>
  );
}

function Epoch({ info, decimals }: { info: EpochInfo; decimals: number }) {
  const totals = totalsOf(info.manifest);
  const none = t('app.none');
  return (
    <Section id="epoch" title={t('epoch.title', { epoch: info.epoch })}>
      <dl className="tiles">
        <Tile name={t('epochs.state')} value={<EpochState state={info.state} />} />
        <Tile
          name={t('epoch.allocated')}
          value={totals ? <Tokens amount={totals.allocated} decimals={decimals} /> : none}
        />
        <Tile
          name={t('epoch.earned')}
          value={
            info.earned_total === null ? (
              none
            ) : (
              <Tokens amount={BigInt(info.earned_total)} decimals={decimals} />
            )
          }
        />
        <Tile
          name={t('epoch.deviceCount')}
          value={info.device_count === null ? none : formatCount(info.device_count)}
        />
      </dl>
      <Facts
        facts={[
          [t('epoch.dataset'), <code key="dataset">{info.dataset_hash ?? none}</code>],
          [t('epochs.root'), <code key="root">{info.ledger_root ?? none}</code>],
        ]}
      />
      <p>
        <Link href={`/audit/${info.epoch}`}>{t('audit.link')}</Link>
      </p>
      {totals ? <Totals totals={totals} /> : <Empty>{t('epoch.noTotals')}</Empty>}
    </Section>
  );
}

const Totals = ({ totals }: { totals: EpochTotals }) => (
  <Facts
    facts={[
      [t('epochs.accepted'), formatCount(totals.accepted)],
      [t('epochs.zeroed'), formatCount(totals.zeroed)],
      [t('epochs.rejected'), formatCount(totals.rejected)],
      [t('epochs.duplicate'), formatCount(totals.duplicate)],
      [t('epoch.codes'), <Codes key="codes" counts={totals.codes} />],
    ]}
  />
);

/** What each oracle says that it signed. */
function Signatures({ epoch }: { epoch: number }) {
  const { oracles } = useSnapshot();
  const answers = useQueries({
    queries: oracles.map(({ url }) => ({
      queryKey: [url, 'signatures', epoch],
      queryFn: () => oracleApi(url).signatures(epoch),
    })),
  });
  const rows = oracles.map(({ url, network }, i) => ({ url, key: network?.oracle, ...answers[i]! }));
  const columns: Column<(typeof rows)[number]>[] = [
    { title: t('oracles.oracle'), cell: ({ url }) => url },
    { title: t('oracles.key'), cell: ({ key }) => (key ? <Code text={key} /> : t('app.none')) },
    {
      title: t('epoch.signatures'),
      cell: ({ data, error }) => {
        if (data) return <Signed {...data} />;
        return error ? <State mood="bad">{error.message}</State> : t('oracle.asking');
      },
    },
    {
      title: t('epoch.attempt'),
      number: true,
      cell: ({ data }) => data?.signatures.at(-1)?.attempt ?? t('app.none'),
    },
  ];
  return <Table caption={t('epoch.signatures')} columns={columns} rows={rows} keyOf={({ url }) => url} />;
}

function Signed({ signatures, refusals }: EpochSignatures) {
  const declined = refusals.map(({ code, message, attempt }) => (
    <div key={attempt} title={message}>
      <State mood="bad">{t('epoch.declined')}</State> <span className="code">{code}</span>
    </div>
  ));
  if (signatures.length > 0)
    return (
      <>
        <State mood="good">{t('epoch.signed')}</State>
        {declined}
      </>
    );
  return declined.length > 0 ? declined : <State mood="quiet">{t('epoch.unsigned')}</State>;
}
