/** The registry as the sum of its changes, and views of it at a cut. */
import type { Device, RegistryView } from './types';

/** Devices by index with the running hash after each, so that any earlier cut can be seen. */
export declare class Registry implements RegistryView {
  static fromDevices(devices: readonly Device[]): Registry;
  get deviceCount(): number;
  get hash(): Uint8Array;
  device(index: number): Device | undefined;
  /** Adds the device with index `deviceCount`. */
  register(device: Device): void;
  /** The registry as it was when it had `deviceCount` devices. */
  at(deviceCount: number): RegistryView;
}
