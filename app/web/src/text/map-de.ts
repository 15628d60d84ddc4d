import type { mapEn } from './map-en';

/** German of maps. */
export const mapDe: Record<keyof typeof mapEn, string> = {
  'map.note':
    'Geräte nach den H3-Zellen, in denen sie registriert sind. Eine Zelle zeigt gewählt ihre Geräte.',
  'map.label': 'Weltkarte der Geräte. Die Liste der Zellen enthält dasselbe',
  'map.keys':
    'Pfeiltasten bewegen die Karte, Plus und Minus zoomen, Pos1 zeigt alles, Enter wählt die Zelle in der Mitte, Escape wählt keine.',
  'map.closer': 'Näher',
  'map.farther': 'Ferner',
  'map.all': 'Alles',
  'map.world': 'Welt',
  'map.legend': 'In einer Zelle',
  'map.andMore': '{least} und mehr',
  'map.devices': '{count, plural, one {{shown} Gerät} other {{shown} Geräte}}',
  'map.seen': 'Auf diesem Teil der Karte: {items} in {cells} Zellen.',
  'map.unplaced': '{items} ohne Ort auf der Erde.',
  'map.none': 'Auf diesem Teil der Karte ist nichts. Zoome heraus, oder wähle Alles.',
  'map.cells': 'Zellen auf der Karte, die vollsten zuerst',
  'map.items': 'In der gewählten Zelle',
  'map.in': 'Zelle {cell}: {items}.',
  'map.back': 'Alle Zellen',
  'map.most': 'Die Karte hat die ersten {count} Geräte. Mehr lädt sie nicht.',
  'map.failed':
    'Die Karte konnte nicht gestartet werden: {reason}. Lade die Seite neu, oder nutze die Liste der Geräte.',
};
