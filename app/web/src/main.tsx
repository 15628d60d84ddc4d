// Must be imported first: it configures the schemas that the other modules create.
import './no-eval';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { firstLanguage, showLanguage } from './language';
import { live } from './live';

const root = createRoot(document.getElementById('root')!);
void showLanguage(firstLanguage()).then((language) => root.render(<App first={language} />));
void live.keepRefreshing();
