import type { Explanation } from '@commonwire/cli/auditing';
import { toHex } from '@commonwire/sdk/core';
import { formatCount, formatTime, formatTokens } from '../format';
import { Code, Codes, type Column, Empty, Facts, Section, Table, Tokens } from '../parts';
import { t, textFor } from '../text';

type Report = Explanation['reports'][number];

/** Why a device earned what it earned, line by line, as it was recomputed here. */
export function AuditedDevice({ told, decimals }: { told: Explanation; decimals: number }) {
  const { index, kind, score, kindScore, kindBudget, share, cap, reward } = told;
  const amount = (units: bigint) => formatTokens(units, decimals);
  const columns: Column<Report>[] = [
    { title: t('device.time'), cell: ({ start }) => formatTime(start) },
    { title: t('device.value'), number: true, cell: ({ value }) => `${value}` },
    {
      title: t('device.verdict'),
      cell: ({ verdict }) => textFor(`outcome.${verdict}`) ?? verdict,
    },
    { title: t('audit.score'), number: true, cell: ({ score: counted }) => `${counted}` },
    {
      title: t('epochs.tokens'),
      number: true,
      cell: ({ paid }) => <Tokens amount={paid} decimals={decimals} />,
    },
    {
      title: t('devices.reasons'),
      cell: ({ reasons }) => <Codes counts={Object.fromEntries(reasons.map((code) => [code, 1]))} />,
    },
  ];
  const computed: [string, string][] = [
    [t('audit.score'), t('audit.scoreOf', { score: `${score}`, all: `${kindScore}`, kind })],
    [
      t('audit.share'),
      t('audit.shareIs', {
        budget: amount(kindBudget),
        score: `${score}`,
        all: `${kindScore}`,
        share: amount(share),
      }),
    ],
    [t('audit.cap'), amount(cap)],
    [t('audit.reward'), amount(reward)],
    [
      t('audit.debt'),
      t('audit.debtIs', {
        owed: amount(told.owed),
        repaid: amount(told.repaid),
        left: amount(told.debt),
      }),
    ],
    [
      t('device.earned'),
      t('audit.earnedIs', {
        before: amount(told.before),
        reward: amount(reward),
        repaid: amount(told.repaid),
        earned: amount(told.earned),
      }),
    ],
  ];
  const caption = t('device.title', { index });
  return (
    <Section id="audited-device" title={caption} note={t('audit.deviceNote')}>
      <Facts facts={[...computed, [t('audit.leaf'), <Code key="leaf" text={toHex(told.leaf)} />]]} />
      {told.reports.length === 0 ? (
        <Empty>{t('audit.noReports')}</Empty>
      ) : (
        <>
          <p className="quiet">{t('audit.reports', { count: formatCount(told.reports.length) })}</p>
          <Table caption={caption} columns={columns} rows={told.reports} keyOf={({ hash }) => hash} />
        </>
      )}
    </Section>
  );
}
