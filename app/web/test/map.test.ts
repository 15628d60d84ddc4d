import { expect } from 'chai';
import { cellToParent, latLngToCell } from 'h3-js';
import { type DeviceCells, loadCells } from '../src/map/cells';
import { PlacedItems } from '../src/map/grouping';
import { around, fitting, panned, placeAt, project, resolutionAt, zoomed } from '../src/map/view';

const SIZE = { width: 800, height: 400 };
const BERLIN = latLngToCell(52.52, 13.405, 10);
const NEXT = latLngToCell(52.53, 13.405, 10);
const FIJI = latLngToCell(-16.8, 180, 3);

describe('map', () => {
  describe('groups', () => {
    const placed = new PlacedItems();
    placed.add([BERLIN, null, NEXT, BERLIN]);
    placed.add([FIJI, '8c', 'ffffffffffffffff', cellToParent(BERLIN, 3)]);
    const groups = (resolution: number) => {
      const { ids, counts } = placed.group(resolution);
      return Object.fromEntries([...ids].map((id, at) => [id.toString(16), counts[at]]));
    };

    it('items by cells of a resolution, and those whose own is coarser by that', () => {
      const parent = cellToParent(BERLIN, 3);
      expect(groups(10)).to.deep.equal({ [BERLIN]: 2, [NEXT]: 1, [FIJI]: 1, [parent]: 1 });
      expect(groups(3)).to.deep.equal({ [parent]: 4, [FIJI]: 1 });
      expect([...placed.group(3).counts]).to.deep.equal([4, 1]);
      expect(placed.group(3).unplaced).to.equal(2);
      expect(placed.group(3).extent).to.deep.equal(placed.group(10).extent);
    });

    it('list the items of a cell by their numbers', () => {
      expect([...placed.in(cellToParent(BERLIN, 3))]).to.deep.equal([0, 2, 3, 7]);
      expect([...placed.in(BERLIN)]).to.deep.equal([0, 3]);
      expect([...placed.in(latLngToCell(0, 0, 3))]).to.deep.equal([]);
      expect([...placed.in('nothing')]).to.deep.equal([]);
    });

    it('have corners around their centres, also on the edge of the map', () => {
      const { centers, corners, starts, ids } = placed.group(3);
      for (let at = 0; at < ids.length; at++)
        for (let corner = starts[at]!; corner < starts[at + 1]!; corner++)
          expect(Math.abs(corners[2 * corner]! - centers[2 * at]!)).to.be.lessThan(0.01);
    });
  });

  describe('view', () => {
    it('projects a place and finds it again', () => {
      for (const place of [
        [52.52, 13.405],
        [-85, -180],
        [0, 0],
      ] as const) {
        const [latitude, longitude] = placeAt(...project(place[0], place[1]));
        expect(latitude).to.be.closeTo(place[0], 1e-9);
        expect(longitude).to.be.closeTo(place[1], 1e-9);
      }
    });

    it('keeps the point under the pointer where it is', () => {
      const view = { x: 0.4, y: 0.4, scale: 1000 };
      const near = zoomed(view, 3, 100, -50);
      expect(near.x + 100 / near.scale).to.be.closeTo(view.x + 100 / view.scale, 1e-12);
      expect(near.y - 50 / near.scale).to.be.closeTo(view.y - 50 / view.scale, 1e-12);
      expect(zoomed(view, 1e-9).scale).to.equal(256);
      expect(panned(view, 1e9, -1e9)).to.include({ x: 1, y: 0 });
    });

    it('fits all that is there, and shows finer cells the closer it is', () => {
      const view = fitting([0.2, 0.3, 0.6, 0.5], SIZE);
      expect([view.x, view.y]).to.deep.equal([0.4, 0.4]);
      expect(0.4 * view.scale).to.be.at.most(SIZE.width);
      for (const resolution of [0, 3, 7, 12])
        expect(resolutionAt(around(latLngToCell(1, 2, resolution), [0.5, 0.5]))).to.equal(resolution);
      const resolutions = [512, 4096, 2 ** 15, 2 ** 20, 2 ** 25].map((scale) =>
        resolutionAt({ x: 0, y: 0, scale }),
      );
      expect(resolutions).to.deep.equal([...resolutions].sort((a, b) => a - b));
      expect(new Set(resolutions).size).to.equal(5);
    });
  });

  describe('cells from an oracle', () => {
    const all = [BERLIN, null, NEXT, FIJI, BERLIN];
    const api = (limit: number, have = all.length) => {
      const asked: number[] = [];
      const cells = async (after: number) => {
        asked.push(after);
        const first = after + 1;
        const page = all.slice(first, Math.min(have, first + limit));
        const end = first + page.length;
        return { first, cells: page, kinds: page.map(() => 1), next_after: end < have ? end - 1 : null };
      };
      return { asked, cells };
    };
    const none: DeviceCells = { pages: [], count: 0 };

    it('are loaded page by page, and only those that are new later', async () => {
      const first = api(2, 3);
      const shown: number[] = [];
      const before = await loadCells(first, none, ({ count }) => shown.push(count));
      expect([before.pages.flat(), before.count, shown]).to.deep.equal([all.slice(0, 3), 3, [2]]);
      const later = api(2);
      const after = await loadCells(later, before);
      expect([after.pages.flat(), later.asked]).to.deep.equal([all, [2]]);
      expect((await loadCells(api(2), after)).pages).to.equal(after.pages);
    });

    it('error: pages that don’t fit together, or have no end', async () => {
      for (const lie of [{ first: 1 }, { kinds: [] }, { cells: [], kinds: [] }]) {
        const answer = { first: 0, cells: [BERLIN], kinds: [1], next_after: 0, ...lie };
        const failed = await loadCells({ cells: async () => answer }, none).catch((error) => error);
        expect(failed.message, JSON.stringify(lie)).to.include('does not match the API');
      }
    });
  });
});
