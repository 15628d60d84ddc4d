import { t } from './text';

const NUMBER = /^\d{1,15}$/;
const ADDRESS = /^[1-9A-HJ-NP-Za-km-z]{32,44}$/;

/** A page that a search may mean. */
export interface Found {
  href: string;
  title: string;
}

/** The pages that a search for an address, an index or an epoch may mean. */
export function findPages(query: string): Found[] {
  if (ADDRESS.test(query))
    return [{ href: `/owners/${query}`, title: t('search.owner', { address: query }) }];
  if (!NUMBER.test(query)) return [];
  const number = Number(query);
  const device = { href: `/devices/${number}`, title: t('search.device', { index: number }) };
  return number === 0
    ? [device]
    : [device, { href: `/epochs/${number}`, title: t('search.epoch', { epoch: number }) }];
}
