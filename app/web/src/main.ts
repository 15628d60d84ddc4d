// Must be imported first: it configures the schemas that the other modules create.
import './no-eval';
import { byId, show } from './dom';
import { devicesNote, devicesView, ownersNote, ownersView } from './earners';
import { epochsNote, epochsView, plotsView } from './history';
import { healthView, networkView, oraclesNote, oraclesView, problemsView } from './overview';
import { loadSnapshot } from './snapshot';

const REFRESH_MS = 2_000;
const DEVICES_A_PAGE = 60;
let deviceLimit = DEVICES_A_PAGE;

async function refresh(): Promise<void> {
  const snapshot = await loadSnapshot(deviceLimit);
  const { network, oracles, epochs, devices, owners, problems, source } = snapshot;
  const statuses = oracles.map(({ url, error, network: facts }) => [
    url,
    error,
    facts?.oracle,
    facts?.epoch,
    facts?.committee,
  ]);
  show('health', statuses, () => healthView(snapshot));
  show('problems', problems, () => problemsView(snapshot));
  show('network', network, () => networkView(snapshot));
  show('epochs-note', network?.epoch_seconds, () => epochsNote(snapshot));
  show('plots', [epochs, source], () => plotsView(snapshot));
  show('epochs', [epochs, source], () => epochsView(snapshot));
  show('oracles-note', network?.committee, () => oraclesNote(snapshot));
  show('oracles', [statuses, source], () => oraclesView(snapshot));
  show('devices-note', [devices, network?.device_count], () => devicesNote(snapshot));
  show('devices', [devices, source], () => devicesView(snapshot));
  show('owners-note', [owners, devices.length, network?.device_count], () => ownersNote(snapshot));
  show('owners', [owners, source], () => ownersView(snapshot));
  byId('more-devices').hidden = (network?.device_count ?? 0) <= deviceLimit;
  byId('updated').textContent = source ? `data from ${source}` : 'no oracle answers';
}

async function keepRefreshing(): Promise<never> {
  for (;;) {
    // Don't send requests while the page is hidden.
    if (!document.hidden) await refresh();
    await new Promise((resolve) => setTimeout(resolve, REFRESH_MS));
  }
}

byId('more-devices').addEventListener('click', () => {
  deviceLimit += DEVICES_A_PAGE;
});
void keepRefreshing();
