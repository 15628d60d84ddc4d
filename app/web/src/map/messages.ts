/** Left, top, right and bottom on the map. */
export type Extent = readonly [number, number, number, number];

/** Cells with something in them, the fullest first. All but the counts is for drawing: positions are those of {@link project}. */
export interface Groups {
  resolution: number;
  /** H3 cells. */
  ids: BigUint64Array;
  /** How many items are in each cell. */
  counts: Uint32Array;
  /** x and y of each cell's centre. */
  centers: Float64Array;
  /** x and y of the corners of all cells. */
  corners: Float64Array;
  /** Where the corners of each cell begin, and where the last ones end. */
  starts: Uint32Array;
  /** Around all cells of all items, whatever groups them: left, top, right and bottom; undefined if there is none. */
  extent: Extent | undefined;
  /** Items that are in no cell of this world. */
  unplaced: number;
}

/** What the page asks its worker. Items are numbered in the order in which they are added. */
export type MapTask =
  | { kind: 'add'; cells: readonly (string | null)[] }
  | { kind: 'group'; resolution: number }
  | { kind: 'list'; cell: string };

/** What the worker answers to `group` and `list`. */
export type MapNews =
  | { kind: 'groups'; groups: Groups }
  | { kind: 'items'; cell: string; items: Uint32Array; center: readonly [number, number] };
