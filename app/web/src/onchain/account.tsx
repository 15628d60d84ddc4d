import type { PublicKey } from '@solana/web3.js';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { formatDuration, formatTime, formatTokens } from '../format';
import { useSnapshot } from '../live';
import { Code } from '../parts';
import { type TextId, t } from '../text';
import { addressIn } from './node';

const EXPLORER = 'https://explorer.solana.com/address';

/** An account's address. Whoever follows the link sees on an explorer what the same node has there; the page asks it nothing. */
export function Account({ address, children }: { address: PublicKey; children?: ReactNode }) {
  const { rpc = '' } = useSnapshot();
  const query = new URLSearchParams({ cluster: 'custom', customUrl: rpc });
  return (
    <a href={`${EXPLORER}/${address}?${query}`} target="_blank" rel="noreferrer">
      {children ?? <Code text={`${address}`} />}
    </a>
  );
}

/** A link that others wrote: only one that leads to a page can be followed. */
export const Foreign = ({ link }: { link: string }) =>
  /^https:\/\//i.test(link) ? (
    <a href={link} target="_blank" rel="noreferrer nofollow">
      {link}
    </a>
  ) : (
    link || '–'
  );

const DAY = 86_400;

/** A duration for people, in days from two on. */
export const days = (seconds: bigint | number, id: TextId = 'chain.days'): string =>
  seconds < 2 * DAY ? formatDuration(Number(seconds)) : t(id, { days: Math.round(Number(seconds) / DAY) });

/** A time of the chain, and how far it is ahead. */
export const when = (at: bigint, now: bigint): string =>
  at > now ? t('chain.in', { at: formatTime(Number(at)), time: days(at - now) }) : formatTime(Number(at));

/** Shares and other whole things. */
export const whole = (amount: bigint): string => formatTokens(amount, 0);

/** A part of a whole in per cent, rounded down to hundredths. */
export const percentOf = (part: bigint, all: bigint): string =>
  `${formatTokens(all === 0n ? 0n : (part * 10_000n) / all, 2)} %`;

/** Opens a page by the address that a reader writes, where the node doesn't search. */
export function OpenByAddress({ label, pathOf }: { label: string; pathOf: (address: PublicKey) => string }) {
  const [, navigate] = useLocation();
  const [text, write] = useState('');
  const [isWrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const address = addressIn(text);
    setWrong(!address);
    if (address) navigate(pathOf(address));
  };
  return (
    <form className="fields" onSubmit={submit}>
      <label>
        {label}
        <input required value={text} onChange={({ target }) => write(target.value)} spellCheck={false} />
      </label>
      <button type="submit">{t('chain.open')}</button>
      {isWrong && <p className="problem">{t('chain.noAddress')}</p>}
    </form>
  );
}
