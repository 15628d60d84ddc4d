/** The registry as the sum of its changes, and views of it at a cut. */
import { FIRST_REGISTRY_HASH, nextRegistryHash, registeredChange } from '@commonwire/sdk';
import { DomainError } from './errors';
import type { Device, RegistryView } from './types';

/** Devices by index with the running hash after each, so that any earlier cut can be seen. */
export class Registry implements RegistryView {
  readonly #devices: Device[] = [];
  /** Hash number n is the running hash over the first n changes. */
  readonly #hashes: Uint8Array[] = [FIRST_REGISTRY_HASH];

  static fromDevices(devices: Iterable<Device>): Registry {
    const registry = new Registry();
    for (const device of devices) registry.register(device);
    return registry;
  }

  get deviceCount(): number {
    return this.#devices.length;
  }

  get hash(): Uint8Array {
    return this.#hashes[this.deviceCount]!;
  }

  device(index: number): Device | undefined {
    return this.#devices[index];
  }

  /** Adds a device. @throws DomainError `registry-gap` unless its index is `deviceCount` */
  register(device: Device): void {
    if (device.index !== this.deviceCount) {
      throw new DomainError('registry-gap', `device ${device.index} came where ${this.deviceCount} was next`);
    }
    this.#hashes.push(nextRegistryHash(this.hash, registeredChange(device)));
    this.#devices.push(device);
  }

  /** The registry as it was with `deviceCount` devices. @throws DomainError `registry-behind` if it has fewer */
  at(deviceCount: number): RegistryView {
    const hash = this.#hashes[deviceCount];
    if (!hash)
      throw new DomainError('registry-behind', `only ${this.deviceCount} of ${deviceCount} devices known`);
    return {
      deviceCount,
      hash,
      device: (index) => (index < deviceCount ? this.#devices[index] : undefined),
    };
  }
}
