import { expect } from 'chai';
import {
  DomainError,
  deviceTime,
  parsePolicy,
  policyBytes,
  policyHash,
  RULES_VERSION,
} from '../../src/domain';
import { makePolicy } from './support';

const least = { rules_version: RULES_VERSION, epoch_budget: '1000', device_epoch_cap: '10' };
const strict = (value: unknown) => () => parsePolicy(value, { development: false });

function expectRefusal(value: unknown, field: string): void {
  expect(strict(value))
    .to.throw(DomainError)
    .and.satisfy(({ code, message }: DomainError) => {
      expect(code).to.equal('bad-policy');
      expect(message.split(':')[0]).to.equal(field);
      return true;
    });
}

describe('policy', () => {
  it("has the design's defaults", () => {
    const policy = strict(least)();
    expect(policy).to.include({
      version: 1,
      rules_version: RULES_VERSION,
      late_seconds: 129_600,
      ahead_seconds: 300,
      sequence_slack: 1440,
    });
    expect(policy.energy).to.include({ capacity_margin_ppm: 1_350_000, frozen_seconds: 14_400 });
    expect(policy.kind_shares_ppm).to.deep.equal({
      energy: 1_000_000,
      bandwidth: 0,
      parking: 0,
      sensor: 0,
    });
    expect(policy.bandwidth).to.deep.equal({
      full_metres: 300,
      reduced_metres: 400,
      reduced_ppm: 250_000,
    });
    expect(policy.parking).to.deep.equal({ change_seconds: 10 });
    expect(policy.sensor).to.include({ samples_ppm: 670_000 });
    expect(policy.sensor.quantities.temperature).to.include({ least: -40_000, most: 60_000 });
    expect(policy.clock).to.deep.equal({ origin: 0, start: 0, speed: 1 });
  });

  it('names the field it refuses', () => {
    expectRefusal({}, 'rules_version');
    expectRefusal({ rules_version: RULES_VERSION }, 'epoch_budget');
    expectRefusal(7, 'policy');
    expectRefusal({ ...least, epoch_budget: 1000 }, 'epoch_budget');
    expectRefusal({ ...least, epoch_budget: '01' }, 'epoch_budget');
    expectRefusal({ ...least, device_epoch_cap: '18446744073709551616' }, 'device_epoch_cap');
    expectRefusal({ ...least, energy: { frozen_seconds: -1 } }, 'energy.frozen_seconds');
    expectRefusal({ ...least, energy: { frozen_second: 1 } }, 'energy.frozen_second');
    expectRefusal({ ...least, late: 1 }, 'late');
    expectRefusal({ ...least, version: 2 }, 'version');
    for (const version of [undefined, null, `${RULES_VERSION}`, 0, -1, 1.5])
      expectRefusal({ ...least, rules_version: version }, 'rules_version');
    expectRefusal({ ...least, kind_shares_ppm: { energy: 600_000, sensor: 400_001 } }, 'kind_shares_ppm');
    expectRefusal({ ...least, kind_shares_ppm: { rides: 1 } }, 'kind_shares_ppm.rides');
    for (const name of ['bandwidth', 'parking']) {
      const kind_shares_ppm = { energy: 0, [name]: 1 };
      expectRefusal({ ...least, kind_shares_ppm }, `kind_shares_ppm.${name}`);
      expect(strict({ ...least, kind_shares_ppm, reported_use: true })).to.not.throw();
    }
    expectRefusal({ ...least, cell_capacity: { parking: 0 } }, 'cell_capacity.parking');
    expectRefusal({ ...least, cell_capacity: { energy: 1.5 } }, 'cell_capacity.energy');
    expectRefusal({ ...least, units_for_cap: { sensor: 0 } }, 'units_for_cap.sensor');
    expectRefusal({ ...least, units_for_cap: { rides: 1 } }, 'units_for_cap.rides');
    expectRefusal({ ...least, bandwidth: { reduced_ppm: 1_000_001 } }, 'bandwidth.reduced_ppm');
    expectRefusal(
      { ...least, bandwidth: { full_metres: 300, reduced_metres: 299 } },
      'bandwidth.reduced_metres',
    );
    expectRefusal({ ...least, parking: { change_seconds: '10' } }, 'parking.change_seconds');
    expectRefusal({ ...least, sensor: { samples_ppm: -1 } }, 'sensor.samples_ppm');
    const sensor = (quantities: unknown) => ({ ...least, sensor: { quantities } });
    expectRefusal(sensor({ noise: { least: 2, most: 1 } }), 'sensor.quantities.noise.least');
    expectRefusal(sensor({ co2: { sample_seconds: 0 } }), 'sensor.quantities.co2.sample_seconds');
    expectRefusal(sensor({ radon: {} }), 'sensor.quantities.radon');
    expectRefusal({ ...least, min_seconds: 30 }, 'min_seconds');
    expectRefusal({ ...least, min_seconds: 7200 }, 'max_seconds');
    expectRefusal({ ...least, late_seconds: 60 }, 'late_seconds');
  });

  it('lets device time run faster only in development', () => {
    const fast = { ...least, clock: { origin: 5_000, start: 1_000, speed: 60 } };
    expectRefusal(fast, 'clock.speed');
    expectRefusal({ ...least, clock: { origin: 5_000, start: 1_000 } }, 'clock.origin');
    const policy = parsePolicy(fast, { development: true });
    expect(deviceTime(policy, 1_000)).to.equal(5_000);
    expect(deviceTime(policy, 2_000)).to.equal(65_000);
    expect(deviceTime(strict(least)(), 1_234)).to.equal(1_234);
  });

  it('has one canonical form, whatever the order of its fields in the input', () => {
    const one = makePolicy({ late_seconds: 130_000, energy: { jump_ppm: 2_000_000, frozen_seconds: 1 } });
    const two = makePolicy({ energy: { frozen_seconds: 1, jump_ppm: 2_000_000 }, late_seconds: 130_000 });
    expect(policyHash(one)).to.equal(policyHash(two));
    expect(policyHash(one))
      .to.match(/^[0-9a-f]{64}$/)
      .and.not.equal(policyHash(makePolicy()));
    expect(
      parsePolicy(JSON.parse(Buffer.from(policyBytes(one)).toString()), { development: true }),
    ).to.deep.equal(one);
  });
});
