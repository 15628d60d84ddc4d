import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { findPages } from './find-pages';
import { t } from './text';

/** The field of every page. What can mean one page only is opened at once. */
export function SearchForm() {
  const [, navigate] = useLocation();
  const [query, setQuery] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = query.trim();
    if (wanted === '') return;
    const found = findPages(wanted);
    navigate(found.length === 1 ? found[0]!.href : `/search/${encodeURIComponent(wanted)}`);
  };
  return (
    <search>
      <form onSubmit={submit}>
        <input
          type="search"
          aria-label={t('search.label')}
          placeholder={t('search.label')}
          maxLength={100}
          value={query}
          onChange={({ target }) => setQuery(target.value)}
        />
        <button type="submit">{t('search.go')}</button>
      </form>
    </search>
  );
}
