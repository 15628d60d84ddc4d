import { Link } from 'wouter';
import { findPages } from '../find-pages';
import { Empty, Section } from '../parts';
import { t } from '../text';

/** What a search may mean. */
export default function SearchPage({ query }: { query: string }) {
  const found = findPages(query);
  return (
    <Section id="search" title={t('search.results', { query })}>
      {found.length === 0 ? (
        <Empty>{t('search.none')}</Empty>
      ) : (
        <ul>
          {found.map(({ href, title }) => (
            <li key={href}>
              <Link href={href}>{title}</Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
