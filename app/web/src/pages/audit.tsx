import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { AuditedDevice } from '../audit/device';
import type { AuditOutcome } from '../audit/messages';
import { type AuditState, useAudit } from '../audit/use-audit';
import { formatCount, formatFloored } from '../format';
import { useSnapshot } from '../live';
import { Code, Empty, Facts, Section, State, Tokens } from '../parts';
import { type TextId, t } from '../text';

/** Recomputes an epoch, or a device's pay in it, in this browser. */
export default function AuditPage({ epoch, device }: { epoch?: string; device?: string }) {
  const { network, oracles, source, rpc } = useSnapshot();
  const [, navigate] = useLocation();
  const { state, start, stop } = useAudit();
  const current = network?.epoch.current;
  const [wanted, setWanted] = useState<{ epoch?: string; device?: string; oracle?: string }>({});
  const fields = {
    epoch: wanted.epoch ?? epoch ?? (current ? `${current}` : ''),
    device: wanted.device ?? device ?? '',
    oracle: wanted.oracle ?? source ?? '',
  };
  const isBusy = state !== null && state.kind !== 'done' && state.kind !== 'failed';
  if (!network) return <Empty>{source === undefined ? t('app.noData') : t('app.loading')}</Empty>;
  if (!rpc) return <Empty>{t('audit.noNode')}</Empty>;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const task = {
      rpc,
      oracle: fields.oracle,
      network: network.network,
      epoch: Number(fields.epoch),
      device: fields.device === '' ? undefined : Number(fields.device),
    };
    // What is asked for is the address of what is shown.
    setWanted({ oracle: task.oracle });
    navigate(`/audit/${task.epoch}${task.device === undefined ? '' : `/${task.device}`}`);
    start(task);
  };
  return (
    <>
      <Section id="audit" title={t('audit.title')} note={t('audit.note')}>
        <form className="fields" onSubmit={submit}>
          <label>
            {t('epochs.epoch')}
            <input
              required
              inputMode="numeric"
              pattern="[1-9][0-9]{0,14}"
              value={fields.epoch}
              onChange={({ target }) => setWanted({ ...wanted, epoch: target.value })}
            />
          </label>
          <label>
            {t('audit.device')}
            <input
              inputMode="numeric"
              pattern="[0-9]{0,9}"
              value={fields.device}
              onChange={({ target }) => setWanted({ ...wanted, device: target.value })}
            />
          </label>
          <label>
            {t('audit.from')}
            <select
              value={fields.oracle}
              onChange={({ target }) => setWanted({ ...wanted, oracle: target.value })}
            >
              {oracles.map(({ url }) => (
                <option key={url}>{url}</option>
              ))}
            </select>
          </label>
          <button type="submit" disabled={isBusy}>
            {t('audit.start')}
          </button>
          {isBusy && (
            <button type="button" onClick={stop}>
              {t('audit.stop')}
            </button>
          )}
        </form>
        <Facts
          facts={[
            [t('network.address'), <code key="network">{network.network}</code>],
            [t('audit.node'), <code key="node">{new URL(rpc).origin}</code>],
          ]}
        />
      </Section>
      <div id="audited" aria-live="polite">
        {state && <Progress state={state} />}
        {state?.kind === 'done' && <Outcome outcome={state.outcome} decimals={network.decimals} />}
      </div>
    </>
  );
}

function Progress({ state }: { state: NonNullable<AuditState> }) {
  switch (state.kind) {
    case 'started':
      return <Empty>{t('audit.started')}</Empty>;
    case 'files': {
      const size = formatFloored(BigInt(state.bytes), 1_000_000n, 1);
      return <Empty>{t('audit.files', { files: formatCount(state.files), size })}</Empty>;
    }
    case 'signatures': {
      const { done, total } = state;
      const text = t('audit.signatures', { done: formatCount(done), total: formatCount(total) });
      return (
        <div className="empty">
          <progress aria-label={text} value={done} max={total} />
          {text}
        </div>
      );
    }
    case 'failed':
      return <p className="problem">{t('audit.failed', { reason: state.message })}</p>;
    case 'done':
      return null;
  }
}

function Outcome({ outcome, decimals }: { outcome: AuditOutcome; decimals: number }) {
  const { checks, difference, recomputed, device } = outcome;
  const failed = checks.filter(({ holds }) => !holds);
  return (
    <>
      <Section id="verdict" title={t('audit.result')} note={t('audit.words')}>
        <p className={failed.length > 0 ? 'problem' : 'empty'}>
          <State mood={failed.length > 0 ? 'bad' : 'good'}>
            {failed.length > 0 ? t('audit.lies') : t('audit.holds')}
          </State>
        </p>
        <ul className="checks">
          {checks.map(({ about, holds, detail }) => (
            <li key={`${about} ${detail}`}>
              <State mood={holds ? 'good' : 'bad'}>
                {t(holds ? 'audit.checkHolds' : 'audit.checkFails', { about: aboutText(about) })}
              </State>
              <span className="quiet" lang="en">
                {detail}
              </span>
            </li>
          ))}
        </ul>
        {recomputed && (
          <Facts
            facts={[
              [t('audit.recomputedReports'), formatCount(recomputed.reports)],
              [t('epoch.deviceCount'), formatCount(recomputed.devices)],
              [
                t('epoch.allocated'),
                <Tokens key="allocated" amount={BigInt(recomputed.allocated)} decimals={decimals} />,
              ],
              [t('epoch.dataset'), <Code key="dataset" text={recomputed.datasetHash} />],
              [t('epochs.root'), <Code key="root" text={recomputed.ledgerRoot} />],
            ]}
          />
        )}
      </Section>
      {difference && (
        <Section id="difference" title={t('audit.difference')} note={t('audit.differenceNote')}>
          <Facts
            facts={[
              [t('audit.where'), <code key="where">{difference.where}</code>],
              [t('audit.field'), <code key="field">{difference.field ?? difference.fault}</code>],
              ...(difference.line === null ? [] : [[t('audit.line'), difference.line] as const]),
              ...(difference.device === null ? [] : [[t('devices.device'), difference.device] as const]),
              [t('audit.published'), <code key="published">{difference.published ?? t('app.none')}</code>],
              [t('audit.correct'), <code key="correct">{difference.recomputed ?? t('app.none')}</code>],
            ]}
          />
        </Section>
      )}
      {device && <AuditedDevice told={device} decimals={decimals} />}
    </>
  );
}

/** In the order in which they are made. Those that only an audit of one shard makes aren't here. */
const ABOUT: Readonly<Record<string, TextId>> = {
  dataset: 'audit.about.dataset',
  rules: 'audit.about.rules',
  previous: 'audit.about.previous',
  policy: 'audit.about.policy',
  network: 'audit.about.network',
  committee: 'audit.about.committee',
  book: 'audit.about.book',
  recomputed: 'audit.about.recomputed',
};

const aboutText = (about: string): string => t(ABOUT[about] ?? 'audit.about.other');
