import { MOUNTS, mountedCell } from '@commonwire/sdk/device';
import { expect } from 'chai';
import fc from 'fast-check';
import { cellCentre, within } from '../../src/domain/place';
import { clearSky, cosine, highestSun, sine, sineOfSunHeight } from '../../src/domain/sun';
import { GOLDEN, GOLDEN_CELL } from './support';

const degrees = (sineOfAngle: number) => (Math.asin(sineOfAngle) * 180) / Math.PI;
const heightAt = (time: string, latitude: number, longitude: number) =>
  degrees(sineOfSunHeight(Date.parse(time) / 1000, latitude, longitude));

describe('sun', () => {
  it('sine and cosine agree with the engine to 1e-13', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e5, max: 1e5, noNaN: true }), (angle) => {
        expect(sine(angle)).to.be.closeTo(Math.sin((angle * Math.PI) / 180), 1e-10);
        expect(cosine(angle)).to.be.closeTo(Math.cos((angle * Math.PI) / 180), 1e-10);
        expect(Math.abs(sine(angle))).to.be.at.most(1 + 1e-15);
      }),
    );
  });

  // NREL's SPA report (Reda & Andreas, 2004, NREL/TP-560-34302, table A5.1): zenith 50.11162 degrees, refraction
  // 0.01 included, at 39.742476 N, 105.1786 W on 2003-10-17 12:30:30 -07:00.
  it('agrees with the example of the Solar Position Algorithm', () => {
    expect(heightAt('2003-10-17T12:30:30-07:00', 39.742476, -105.1786)).to.be.closeTo(
      39.88838 - 0.0165,
      0.02,
    );
  });

  it('is overhead at the tropic at the solstice, and below the horizon at the pole in winter', () => {
    expect(heightAt('2026-06-21T12:02:00Z', 23.436, 0)).to.be.closeTo(90, 0.3);
    expect(heightAt('2026-12-21T12:00:00Z', 90, 0)).to.be.closeTo(-23.436, 0.02);
  });

  it('uses the highest sun within the interval', () => {
    const start = Date.parse('2016-07-01T18:35:00Z') / 1000;
    const noon = sineOfSunHeight(start + 1800, GOLDEN.latitude, GOLDEN.longitude);
    expect(highestSun(start, 3600, GOLDEN.latitude, GOLDEN.longitude)).to.be.closeTo(noon, 1e-4);
  });

  it('limits light by a rising curve, to zero at night', () => {
    expect(clearSky(-1)).to.equal(0);
    expect(clearSky(-0.1045)).to.equal(0);
    expect(clearSky(1)).to.equal(1042);
    const height = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(height, height, (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(clearSky(low)).to.be.at.most(clearSky(high));
      }),
    );
  });
});

describe('place', () => {
  it("returns a cell's centre, and none for an invalid cell", () => {
    expect(within(cellCentre(GOLDEN_CELL)!, GOLDEN, 500)).to.equal(true);
    for (const cell of [0n, 1n, (1n << 64n) - 1n, GOLDEN_CELL + 1n])
      expect(cellCentre(cell)).to.equal(undefined);
  });

  it("finds a cell's centre whatever mount it names, unless there is no such mount", () => {
    for (const mount of MOUNTS)
      expect(cellCentre(mountedCell(GOLDEN_CELL, mount))).to.deep.equal(cellCentre(GOLDEN_CELL));
    expect(cellCentre(GOLDEN_CELL | (5n << 56n))).to.equal(undefined);
  });

  it('measures distance, also across the date line', () => {
    const east = { latitude: 0, longitude: 179.99 };
    const west = { latitude: 0, longitude: -179.99 };
    expect(within(east, west, 2230)).to.equal(true);
    expect(within(east, west, 2220)).to.equal(false);
  });
});
