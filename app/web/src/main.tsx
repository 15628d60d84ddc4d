// Must be imported first: it configures the schemas that the other modules create.
import './no-eval';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { live } from './live';

createRoot(document.getElementById('root')!).render(<App />);
void live.keepRefreshing();
