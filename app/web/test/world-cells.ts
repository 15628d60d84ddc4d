import { latLngToCell } from 'h3-js';

/** Cells of devices all over the world, in narrow cities and wide ones. The last of every thousand is retired. */
export const worldCells = (count: number): (string | null)[] =>
  Array.from({ length: count }, (_, i) => {
    if (i % 1000 === 999) return null;
    const [city, place] = [i % 100, Math.floor(i / 100)];
    const spread = city < 50 ? 0.001 : 0.05;
    const latitude = -55 + ((city * 37) % 120) + (place % 30) * spread;
    return latLngToCell(latitude, -180 + ((city * 61) % 360) + Math.floor(place / 30) * spread, 10);
  });
