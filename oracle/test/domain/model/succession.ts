import type { DeviceState, Evidence, RegistryView } from '../../../src/domain/types';
import { activeIndices, keyName } from './active-keys';

/**
 * Returns the state of each device, with that of a retired one moved to the next index under which its key is active:
 * it is still the same device, so its minutes must not be paid twice and its debt stays owed. Its activation epoch
 * becomes `epoch`, because the new index may be in another cell.
 */
export function inherit(
  registry: RegistryView,
  known: ReadonlyMap<number, DeviceState>,
  evidence: readonly Evidence[],
  epoch: number,
): ReadonlyMap<number, DeviceState> {
  const left = new Map<string, DeviceState>();
  for (const state of known.values()) {
    const device = registry.isRetired(state.index) ? registry.device(state.index) : undefined;
    if (device && (state.debt > 0n || state.recent.length > 0)) left.set(keyName(device), state);
  }
  if (left.size === 0) return known;
  const states = new Map(known);
  const isActive = activeIndices(registry, known, evidence);
  for (const { report } of evidence) {
    if (states.has(report.index)) continue;
    const device = registry.device(report.index)!;
    const before = left.get(keyName(device));
    if (!before || !isActive(device)) continue;
    states.set(device.index, { ...before, index: device.index, activated: epoch });
    states.set(before.index, { ...before, debt: 0n, recent: [] });
  }
  return states;
}
