import type { Device, DeviceState, Evidence, RegistryView } from '../../../src/domain/types';

/** A device's signing key as a string. */
export const keyName = ({ keyType, deviceKey }: Device): string =>
  `${keyType}${Buffer.from(deviceKey.buffer, deviceKey.byteOffset, deviceKey.length).toString('latin1')}`;

/**
 * Finds the index that each signing key is active under and returns a test for it. Anyone can register anyone's key,
 * so the key itself decides: it is active under the owner and index it signed for first, in an earlier epoch or, if
 * there is none, in this epoch by (start, report hash). Other registrations of the key earn nothing until that one is
 * retired.
 */
export function activeIndices(
  registry: RegistryView,
  known: ReadonlyMap<number, DeviceState>,
  evidence: readonly Evidence[],
): (device: Device) => boolean {
  const active = new Map<string, number>();
  for (const index of known.keys()) {
    const device = registry.device(index);
    if (device && !registry.isRetired(index)) active.set(keyName(device), index);
  }
  const first = new Map<string, Evidence>();
  let last = -1;
  for (const item of evidence) {
    // Evidence is ordered by (device, start, hash), so the first of each device is its earliest.
    if (item.report.index === last) continue;
    last = item.report.index;
    const key = keyName(registry.device(last)!);
    if (known.has(last) || active.has(key)) continue;
    const rival = first.get(key);
    if (!rival || isEarlier(item, rival)) first.set(key, item);
  }
  for (const [key, { report }] of first) active.set(key, report.index);
  const indices = new Set(active.values());
  return ({ index }) => indices.has(index);
}

const isEarlier = (a: Evidence, b: Evidence): boolean =>
  a.report.start < b.report.start || (a.report.start === b.report.start && a.hash < b.hash);
