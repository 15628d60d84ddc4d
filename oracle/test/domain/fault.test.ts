import { toHex } from '@commonwire/sdk/core';
import { FIRST_REGISTRY_HASH } from '@commonwire/sdk/network';
import { expect } from 'chai';
import fc from 'fast-check';
import { close, genesis, type PreviousState, Registry, type Reward } from '../../src/domain';
import { address, closeInput, HOUR, makeDevice, makePolicy, NOON, signed, type TestDevice } from './support';

const OWNERS = ['alice', 'bob', 'carol'].map(address);
const CAP = 400_000n;

/** The things that anybody may do to a network at any time. Devices and owners are taken modulo their number. */
type Step =
  | { do: 'register' | 'cut' | 'post' | 'promote' | 'void' }
  | { do: 'transfer'; device: number; to: number }
  | { do: 'retire'; device: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'register' }) },
  { weight: 4, arbitrary: fc.constant<Step>({ do: 'cut' }) },
  { weight: 4, arbitrary: fc.constant<Step>({ do: 'post' }) },
  { weight: 4, arbitrary: fc.constant<Step>({ do: 'promote' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'void' }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('transfer' as const), device: fc.nat(), to: fc.nat() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('retire' as const), device: fc.nat() }) },
);

/** The program's record of a device's last change: see `state/owner_record.rs`. */
interface OwnerRecord {
  owner: Uint8Array;
  effectiveEpoch: number;
  retired: boolean;
}

/** The network program's rules for changes of owner and faults, together with an honest oracle. */
class Model {
  readonly registry = new Registry();
  readonly devices: TestDevice[] = [];
  readonly records = new Map<number, OwnerRecord>();
  readonly done = { transfers: 0, retirements: 0, promoted: 0, growths: 0 };
  private cuts: { hash: Uint8Array; deviceCount: number }[] = [];
  private current: { epoch: number; rewards: readonly Reward[]; state: PreviousState } = {
    epoch: 0,
    rewards: [],
    state: genesis,
  };
  private pending: { rewards: readonly Reward[]; state: PreviousState } | undefined;

  run(step: Step): void {
    this.step(step);
    // Checked after every step, because a change during a pending epoch must not make it faulty either.
    if (this.pending) this.check(this.pending.rewards);
  }

  private step(step: Step): void {
    if (step.do === 'register') this.register();
    else if (step.do === 'cut') this.cut();
    else if (step.do === 'post') this.post();
    else if (step.do === 'promote') this.promote();
    else if (step.do === 'void') this.pending = undefined;
    else if (step.do === 'transfer') this.change(step.device, OWNERS[step.to % OWNERS.length]);
    else if (step.do === 'retire') this.change(step.device, undefined);
  }

  private cut(): void {
    if (this.cuts.length - this.current.epoch >= 2) return;
    this.cuts.push({ hash: this.registry.hash, deviceCount: this.registry.deviceCount });
  }

  private promote(): void {
    if (!this.pending) return;
    const before = this.current.rewards;
    const grown = this.pending.rewards.filter(({ earned }, i) => earned > (before[i]?.earned ?? 0n));
    this.done.growths += grown.length;
    this.done.promoted += 1;
    this.current = { epoch: this.current.epoch + 1, ...this.pending };
    this.pending = undefined;
  }

  /** Only three keys for all devices, so that many share a key and succeed each other. */
  private register(): void {
    const index = this.devices.length;
    const device = makeDevice(index, { key: `key ${index % 3}`, owner: OWNERS[index % OWNERS.length]! });
    this.devices.push(device);
    this.registry.apply({ kind: 'registered', devices: [device] });
  }

  /**
   * Does what `OwnerRecord::change` and `Network::effective_epoch` do; the signer is the owner under the current root.
   */
  private change(place: number, newOwner: Uint8Array | undefined): void {
    const { rewards, epoch } = this.current;
    const leaf = rewards[place % Math.max(1, rewards.length)];
    if (!leaf) return;
    const { index } = leaf;
    const before = this.records.get(index);
    if (before?.retired) return;
    if (before && !(epoch >= before.effectiveEpoch && toHex(before.owner) === toHex(leaf.owner))) return;
    const posted = this.pending ? epoch + 1 : epoch;
    const effectiveEpoch = Math.max(posted + 2, this.cuts.length + 1);
    this.records.set(index, { owner: newOwner ?? leaf.owner, effectiveEpoch, retired: !newOwner });
    const change = { index, effectiveEpoch: BigInt(effectiveEpoch) };
    if (newOwner) this.registry.apply({ kind: 'transferred', change: { ...change, owner: newOwner } });
    else this.registry.apply({ kind: 'retired', change });
    this.done[newOwner ? 'transfers' : 'retirements'] += 1;
  }

  private post(): void {
    const epoch = this.current.epoch + 1;
    const cut = this.cuts[epoch - 1];
    if (this.pending || !cut) return;
    const view = this.registry.at(toHex(cut.hash), epoch);
    // Every device reports a different minute, sometimes for its owner in the epoch, sometimes for its first owner.
    const reports = this.devices.slice(0, cut.deviceCount).map((device) => {
      const owner = epoch % 2 === 0 ? device.owner : view.device(device.index)!.owner;
      const start = NOON + (epoch * this.devices.length + device.index) * 60;
      return signed(device, { owner, start, seconds: 60, value: 40n + BigInt(device.index % 7) });
    });
    const sealed = NOON + HOUR + epoch * HOUR;
    const input = closeInput(
      this.registry,
      reports,
      {
        cut: { device_count: cut.deviceCount, registry_hash: toHex(cut.hash), time: sealed },
        policy: makePolicy({ device_epoch_cap: CAP.toString() }),
        previous: this.current.state,
      },
      sealed,
    );
    const { rewards, next } = close(input);
    this.pending = { rewards, state: next };
  }

  /** Checks `Network::is_fault` for every leaf, and the design's rules for who owns a device. */
  private check(rewards: readonly Reward[]): void {
    const epoch = this.current.epoch + 1;
    for (const leaf of rewards) {
      const before = this.current.rewards[leaf.index];
      const record = this.records.get(leaf.index);
      const growth = leaf.earned - (before?.earned ?? 0n);
      expect(growth >= 0n && growth <= CAP, `device ${leaf.index} grew by ${growth}`).to.equal(true);
      const owners = before ? [before.owner, ...(record ? [record.owner] : [])] : undefined;
      const named = toHex(leaf.owner);
      expect(!owners || owners.map(toHex).includes(named), `owner of ${leaf.index}`).to.equal(true);
      const inForce = record !== undefined && record.effectiveEpoch <= epoch;
      if (record && record.effectiveEpoch === epoch) expect(named).to.equal(toHex(record.owner));
      if (record && !inForce && before) expect(named, 'no owner too early').to.equal(toHex(before.owner));
      if (inForce && record.retired) expect(growth, `retired ${leaf.index} earns`).to.equal(0n);
    }
  }
}

describe('an honest ledger', () => {
  const scenario = fc.array(anyStep, { minLength: 20, maxLength: 120 });

  it("is never faulty by the chain's rule, whatever devices change owners around it", () => {
    const done = { transfers: 0, retirements: 0, promoted: 0, growths: 0 };
    const property = fc.property(scenario, (steps) => {
      const model = new Model();
      for (const step of [{ do: 'register' } as Step, ...steps]) model.run(step);
      for (const name of Object.keys(done) as (keyof typeof done)[]) done[name] += model.done[name];
    });
    fc.assert(property, { numRuns: 300 });
    // The property is only meaningful if something happened.
    const least = { transfers: 150, retirements: 80, promoted: 300, growths: 500 };
    for (const name of Object.keys(least) as (keyof typeof done)[])
      expect(done[name], name).to.be.above(least[name]);
  }).timeout(120_000);

  it('starts together with the registry', () => {
    expect(new Registry().in(1).hash).to.deep.equal(FIRST_REGISTRY_HASH);
  });
});
