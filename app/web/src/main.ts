import { byId, show } from './dom';
import { loadSnapshot } from './snapshot';
import {
  devicesView,
  epochsView,
  networkView,
  oraclesView,
  ownersView,
  plotsView,
  problemsView,
} from './views';

const REFRESH_MS = 2_000;
const DEVICES_A_PAGE = 60;
let deviceLimit = DEVICES_A_PAGE;

async function refresh(): Promise<void> {
  const snapshot = await loadSnapshot(deviceLimit);
  const { network, oracles, epochs, devices, owners, problems, source } = snapshot;
  const statuses = oracles.map(({ url, error, network: facts }) => [url, error, facts?.oracle, facts?.epoch]);
  show('problems', problems, () => problemsView(snapshot));
  show('network', [network, epochs], () => networkView(snapshot));
  show('oracles', [statuses, source], () => oraclesView(snapshot));
  show('plots', epochs, () => plotsView(snapshot));
  show('epochs', epochs, () => epochsView(snapshot));
  show('devices', devices, () => devicesView(snapshot));
  show('owners', owners, () => ownersView(snapshot));
  byId('more-devices').hidden = (network?.device_count ?? 0) <= deviceLimit;
  byId('updated').textContent = source ? `as ${source} has it` : 'no oracle answers';
}

async function keepRefreshing(): Promise<never> {
  for (;;) {
    // A page nobody looks at asks for nothing.
    if (!document.hidden) await refresh();
    await new Promise((resolve) => setTimeout(resolve, REFRESH_MS));
  }
}

byId('more-devices').addEventListener('click', () => {
  deviceLimit += DEVICES_A_PAGE;
});
void keepRefreshing();
