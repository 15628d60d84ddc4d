// Must be imported first: it configures the schemas that the other modules create.
import './no-eval';
import { byId, show } from './dom';
import { devicesNote, devicesView, ownersNote, ownersView } from './earners';
import { governanceView } from './governance';
import { epochsNote, epochsView, plotsView } from './history';
import { healthView, networkView, oraclesNote, oraclesView, problemsView } from './overview';
import { Loader, type Snapshot } from './snapshot';

const REFRESH_MS = 2_000;
/** Parts that arrive within this time are drawn together. */
const DRAW_MS = 50;
const DEVICES_A_PAGE = 60;
let deviceLimit = DEVICES_A_PAGE;
let drawing: ReturnType<typeof setTimeout> | undefined;

const loader = new Loader(() => {
  drawing ??= setTimeout(draw, DRAW_MS);
});

/** Draws the parts that have changed. */
function draw(): void {
  clearTimeout(drawing);
  drawing = undefined;
  const { snapshot } = loader;
  const { network, oracles, epochs, devices, owners, problems, source } = snapshot;
  const statuses = oracles.map(({ url, error, network: facts, health }) => [
    url,
    error,
    facts?.oracle,
    facts?.epoch,
    facts?.committee,
    health?.status,
    health?.problems,
  ]);
  show('problems', problems, () => problemsView(snapshot));
  if (isWaiting(snapshot)) return;
  show('health', statuses, () => healthView(snapshot));
  show('network', network, () => networkView(snapshot));
  show('governance', [network?.authority, network?.governance], () => governanceView(snapshot));
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
}

/** Whether nobody has answered yet and somebody still may. */
const isWaiting = ({ network, oracles, problems }: Snapshot): boolean =>
  !network && problems.length === 0 && oracles.every(({ error }) => !error);

async function refresh(): Promise<void> {
  await loader.refresh(deviceLimit);
  draw();
  const { source } = loader.snapshot;
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
