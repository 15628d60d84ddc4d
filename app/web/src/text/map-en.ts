/** English of maps, with the other pages'. */
export const mapEn = {
  'map.note': 'Devices by the H3 cells in which they were registered. Choose a cell to see its devices.',
  'map.label': 'World map of the devices. The list of cells has the same',
  'map.keys':
    'Arrow keys move the map, plus and minus zoom, Home shows everything, Enter chooses the cell in the middle, Escape chooses none.',
  'map.closer': 'Closer',
  'map.farther': 'Farther',
  'map.all': 'Everything',
  'map.world': 'World',
  'map.legend': 'In a cell',
  'map.andMore': '{least} and more',
  'map.devices': '{count, plural, one {{shown} device} other {{shown} devices}}',
  'map.seen': 'On this part of the map: {items} in {cells} cells.',
  'map.unplaced': '{items} with no place on earth.',
  'map.none': 'Nothing is on this part of the map. Zoom out, or choose Everything.',
  'map.cells': 'Cells on the map, the fullest first',
  'map.items': 'In the chosen cell',
  'map.in': 'Cell {cell}: {items}.',
  'map.back': 'All cells',
  'map.most': 'The map has the first {count} devices. It doesn’t load more.',
  'map.failed': 'The map could not be started: {reason}. Reload the page, or use the list of devices.',
} as const;
