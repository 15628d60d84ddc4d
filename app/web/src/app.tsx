import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState, useSyncExternalStore } from 'react';
import { Link, Route, Router, Switch, useLocation } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { showLanguage } from './language';
import { Later } from './later';
import { live, SnapshotContext } from './live';
import { healthOf, problemsOf } from './overview';
import {
  AuditPage,
  DevicePage,
  EpochPage,
  FarmsPage,
  MapPage,
  MarketPage,
  OwnerPage,
  SearchPage,
  VotePage,
} from './pages';
import { NetworkPage } from './pages/network';
import { Empty, State } from './parts';
import { SearchForm } from './search-form';
import type { Snapshot } from './snapshot';
import { LANGUAGES, type Language, t } from './text';

const queries = new QueryClient({ defaultOptions: { queries: { refetchInterval: 4_000, retry: 1 } } });

/** The whole application. Addresses are in the fragment, so that any static server can serve it. */
export function App({ first }: { first: Language }) {
  const [language, choose] = useState(first);
  const snapshot = useSyncExternalStore(live.subscribe, () => live.shown);
  return (
    <QueryClientProvider client={queries}>
      <SnapshotContext value={snapshot}>
        <Router key={language} hook={useHashLocation}>
          <Frame
            snapshot={snapshot}
            language={language}
            choose={(next) => void showLanguage(next).then(choose)}
          />
        </Router>
      </SnapshotContext>
    </QueryClientProvider>
  );
}

function Frame(props: { snapshot: Snapshot; language: Language; choose: (language: Language) => void }) {
  const { snapshot, language, choose } = props;
  const { source } = snapshot;
  const [path] = useLocation();
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
        <Link href="/market">{t('nav.market')}</Link>
        <Link href="/audit">{t('nav.audit')}</Link>
        <Link href="/farms">{t('nav.farms')}</Link>
        <Link href="/vote">{t('nav.vote')}</Link>
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
        <Later key={path.split('/')[1]}>
          <Switch>
            <Route path="/" component={NetworkPage} />
            <Route path="/devices/:index">{({ index }) => <DevicePage index={Number(index)} />}</Route>
            <Route path="/owners/:address">{({ address }) => <OwnerPage address={address} />}</Route>
            <Route path="/epochs/:epoch">{({ epoch }) => <EpochPage epoch={Number(epoch)} />}</Route>
            <Route path="/audit/:epoch?/:device?">{(fields) => <AuditPage {...fields} />}</Route>
            <Route path="/farms/:address?">{(fields) => <FarmsPage {...fields} />}</Route>
            <Route path="/vote/:pool?/:proposal?">{(fields) => <VotePage {...fields} />}</Route>
            <Route path="/map/:cell?">{(fields) => <MapPage {...fields} />}</Route>
            <Route path="/market/:kind?/:id?">{(fields) => <MarketPage {...fields} />}</Route>
            <Route path="/search/:query">
              {({ query }) => <SearchPage query={decodeURIComponent(query)} />}
            </Route>
            <Route>
              <Empty>{t('app.missing')}</Empty>
            </Route>
          </Switch>
        </Later>
      </main>
    </>
  );
}
