import { type Content, element } from './dom';
import { formatTime } from './format';
import { state } from './parts';
import type { Snapshot } from './snapshot';

/** Shows who may change the network, and a pause in force. */
export function governanceView({ network }: Snapshot): Content[] {
  if (!network) return [];
  const { authority, governance } = network;
  const facts: [string, string | null][] = [['Authority', authority]];
  if (governance) {
    if (governance.proposed_authority) facts.push(['Proposed authority', governance.proposed_authority]);
    facts.push(['Guardian', governance.guardian], ['Upgrade authority', governance.upgrade_authority]);
  }
  return [
    ...pause(governance?.pause ?? null),
    element(
      'dl',
      { class: 'facts' },
      ...facts.map(([name, address]) =>
        element(
          'div',
          {},
          element('dt', {}, name),
          element('dd', {}, address === null ? 'nobody' : element('code', {}, address)),
        ),
      ),
    ),
  ];
}

function pause(pause: { since: number; until: number | null } | null): Content[] {
  if (!pause) return [];
  const end = pause.until === null ? 'until the authority ends it' : `until ${formatTime(pause.until)}`;
  return [
    element('p', { class: 'problem' }, state('warn', `Paused since ${formatTime(pause.since)}, ${end}`)),
  ];
}
