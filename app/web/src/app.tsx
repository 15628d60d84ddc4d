import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState, useSyncExternalStore } from 'react';
import { Link, Route, Router, Switch } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { live, SnapshotContext } from './live';
import { healthOf, problemsOf } from './overview';
import { DevicePage } from './pages/device';
import { EpochPage } from './pages/epoch';
import { NetworkPage } from './pages/network';
import { OwnerPage } from './pages/owner';
import { SearchForm, SearchPage } from './pages/search';
import { Empty, State } from './parts';
import type { Snapshot } from './snapshot';
import { LANGUAGES, type Language, languageFor, setLanguage, t } from './text';

const queries = new QueryClient({ defaultOptions: { queries: { refetchInterval: 4_000, retry: 1 } } });

const LANGUAGE_KEY = 'commonwire-language';

/** The language chosen before, or the reader's own. */
function firstLanguage(): Language {
  const kept = localStorage.getItem(LANGUAGE_KEY);
  return languageFor(kept ? [kept, ...navigator.languages] : navigator.languages);
}

/** The whole application. Addresses are in the fragment, so that any static server can serve it. */
export function App() {
  const [language, choose] = useState(() => show(firstLanguage()));
  const snapshot = useSyncExternalStore(live.subscribe, () => live.shown);
  return (
    <QueryClientProvider client={queries}>
      <SnapshotContext value={snapshot}>
        <Router key={language} hook={useHashLocation}>
          <Frame snapshot={snapshot} language={language} choose={(next) => choose(show(next))} />
        </Router>
      </SnapshotContext>
    </QueryClientProvider>
  );
}

function show(language: Language): Language {
  setLanguage(language);
  document.documentElement.lang = language;
  localStorage.setItem(LANGUAGE_KEY, language);
  return language;
}

function Frame(props: { snapshot: Snapshot; language: Language; choose: (language: Language) => void }) {
  const { snapshot, language, choose } = props;
  const { source } = snapshot;
  const health = healthOf(snapshot);
  const from = source ? t('app.source', { source }) : t('app.silent');
  return (
    <>
      <button type="button" className="skip" onClick={() => document.getElementById('content')?.focus()}>
        {t('app.skip')}
      </button>
      <header>
        <h1>
          Commonwire <small>{t('app.title')}</small>
        </h1>
        <div className="live">
          <p id="health">{health && <State mood={health.mood}>{health.text}</State>}</p>
          <p id="updated" className="quiet">
            {live.isLoaded ? from : t('app.loading')}
          </p>
        </div>
      </header>
      <nav aria-label={t('app.pages')}>
        <Link href="/">{t('nav.network')}</Link>
        <SearchForm />
        <label>
          <span className="quiet">{t('app.language')} </span>
          <select value={language} onChange={({ target }) => choose(target.value as Language)}>
            {Object.entries(LANGUAGES).map(([name, title]) => (
              <option key={name} value={name} lang={name}>
                {title}
              </option>
            ))}
          </select>
        </label>
      </nav>
      <main id="content" tabIndex={-1}>
        <div id="problems" role="status">
          {problemsOf(snapshot).map((problem) => (
            <p key={problem} className="problem">
              {problem}
            </p>
          ))}
        </div>
        <Switch>
          <Route path="/" component={NetworkPage} />
          <Route path="/devices/:index">{({ index }) => <DevicePage index={Number(index)} />}</Route>
          <Route path="/owners/:address">{({ address }) => <OwnerPage address={address} />}</Route>
          <Route path="/epochs/:epoch">{({ epoch }) => <EpochPage epoch={Number(epoch)} />}</Route>
          <Route path="/search/:query">
            {({ query }) => <SearchPage query={decodeURIComponent(query)} />}
          </Route>
          <Route>
            <Empty>{t('app.missing')}</Empty>
          </Route>
        </Switch>
      </main>
    </>
  );
}
