import type { OwnerInfo } from '@commonwire/sdk/oracle';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import { ownerCsv, saveFile } from '../csv';
import { viewOf } from '../kinds';
import { useSnapshot } from '../live';
import { type Column, Empty, OwnerLink, Section, Table, Tile, Tokens } from '../parts';
import { t } from '../text';
import { Loaded } from './loaded';

/** Any owner by address, without a wallet. */
export default function OwnerPage({ address }: { address: string }) {
  return (
    <Loaded name={['owner', address]} read={(oracle) => oracle.allOf(address)}>
      {(owner, decimals) => <Owner owner={owner} decimals={decimals} />}
    </Loaded>
  );
}

/** Loaded once somebody wants to connect a wallet: few do. */
const Collect = lazy(() => import('../collect/collect'));

/** The offer to pay this owner now. Anybody may; nothing of a wallet is loaded or asked before. */
function CollectAll({ owner, decimals }: { owner: string; decimals: number }) {
  const { rpc } = useSnapshot();
  const [isOpen, open] = useState(false);
  if (!rpc) return null;
  return (
    <Section id="collect" title={t('collect.title')} note={t('collect.note')}>
      {isOpen ? (
        <Suspense fallback={<Empty>{t('app.loading')}</Empty>}>
          <Collect owner={owner} rpc={rpc} decimals={decimals} />
        </Suspense>
      ) : (
        <button type="button" onClick={() => open(true)}>
          {t('collect.connect')}
        </button>
      )}
    </Section>
  );
}

type OwnedDevice = OwnerInfo['devices'][number];
type Incoming = OwnerInfo['incoming'][number];

function Owner({ owner, decimals }: { owner: OwnerInfo; decimals: number }) {
  const { network } = useSnapshot();
  const amount = (units: string) => <Tokens amount={BigInt(units)} decimals={decimals} />;
  const column = (title: string, pick: (device: OwnedDevice) => string): Column<OwnedDevice> => ({
    title,
    number: true,
    cell: (device) => amount(pick(device)),
  });
  const deviceColumn = {
    title: t('devices.device'),
    cell: ({ index }: { index: number }) => <Link href={`/devices/${index}`}>{index}</Link>,
  };
  const kindColumn = {
    title: t('devices.kind'),
    cell: ({ kind }: { kind: number }) => viewOf(kind).name,
  };
  const save = () => {
    const text = ownerCsv(owner, decimals, network?.epoch.current ?? 0);
    saveFile(`commonwire-${owner.owner}.csv`, text, 'text/csv');
  };
  return (
    <>
      <Section id="owner" title={t('owner.title')} note={t('owner.note')}>
        <p>
          <code>{owner.owner}</code>
        </p>
        <dl className="tiles">
          <Tile name={t('owners.earned')} value={amount(owner.earned)}>
            {t('device.earnedNote')}
          </Tile>
          <Tile name={t('owners.paid')} value={amount(owner.paid)}>
            {t('device.paidNote')}
          </Tile>
          <Tile name={t('owner.claimable')} value={amount(owner.claimable)} />
        </dl>
      </Section>
      <CollectAll owner={owner.owner} decimals={decimals} />
      <Section id="owned" title={t('owner.devices')}>
        {owner.devices.length === 0 ? (
          <Empty>{t('owner.none')}</Empty>
        ) : (
          <>
            <Table<OwnedDevice>
              caption={t('owner.devices')}
              columns={[
                deviceColumn,
                kindColumn,
                column(t('owners.earned'), ({ earned }) => earned),
                column(t('owners.paid'), ({ paid }) => paid),
                column(t('owners.claimable'), ({ claimable }) => claimable),
              ]}
              rows={owner.devices}
              keyOf={({ index }) => index}
            />
            <button type="button" onClick={save}>
              {t('owner.csv')}
            </button>
          </>
        )}
      </Section>
      {owner.incoming.length > 0 && (
        <Section id="incoming" title={t('owner.incoming')}>
          <Table<Incoming>
            caption={t('owner.incoming')}
            columns={[
              deviceColumn,
              kindColumn,
              { title: t('owners.owner'), cell: ({ owner: from }) => <OwnerLink address={from} /> },
              { title: t('owner.effective'), number: true, cell: ({ effective_epoch: epoch }) => epoch },
            ]}
            rows={owner.incoming}
            keyOf={({ index }) => index}
          />
        </Section>
      )}
    </>
  );
}
