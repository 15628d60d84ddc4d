import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { SignedReport } from '@commonwire/sdk/device';
import { expect } from 'chai';
import { admit } from '../../src/domain';
import { kindOf } from '../../src/domain/kinds';
import { closeAll, DAY, identity, makeDevice, makePolicy, makeReport, registryOf, signed } from './support';

const folder = path.resolve(__dirname, '../../../app/device/data/pv');

interface Reading {
  readonly start: number;
  readonly watts: number;
}

function read(file: string): Reading[] {
  const lines = readFileSync(path.join(folder, file), 'utf8').trim().split(/\r?\n/).slice(1);
  return lines.map((line) => {
    const [time, watts] = line.split(',');
    return { start: Date.parse(time!.replace(' ', 'T')) / 1000, watts: Number(watts) };
  });
}

// Capacities as an installer would register them: SERF East's 6 kW of panels, the tracker's highest reading rounded up,
// and an imagined horizontal panel of 1 kW for the irradiance sensor.
const series = [
  { file: 'serf_east_15min_ac_power.csv', seconds: 900, capacity: 6000 },
  { file: 'serf_east_1min_ac_power.csv', seconds: 60, capacity: 6000 },
  { file: 'nrel_1axis_tracker_mesa_ac_power.csv', seconds: 900, capacity: 330 },
  { file: 'midc_bms_ghi_20220120.csv', seconds: 60, capacity: 1000 },
  // Scaled by a thousand, so that rounding to whole Wh hides nothing.
  { file: 'serf_east_1min_ac_power.csv', seconds: 60, capacity: 6000, scale: 1000 },
  { file: 'nrel_1axis_tracker_mesa_ac_power.csv', seconds: 900, capacity: 330, scale: 1000 },
  { file: 'midc_bms_ghi_20220120.csv', seconds: 60, capacity: 1000, scale: 1000 },
];

describe('measured solar data', () => {
  for (const { file, seconds, capacity, scale = 1 } of series) {
    it(`accepts everything in ${file}${scale === 1 ? '' : `, ${scale} times as large`}`, () => {
      const device = makeDevice(0, { capacity: capacity * scale });
      const rules = kindOf(device.kind)!;
      const policy = makePolicy();
      const reports = read(file).map(({ start, watts }) =>
        makeReport(device, { start, seconds, value: BigInt(Math.round((watts * scale * seconds) / 3600)) }),
      );
      const standing = reports.map((report) => ({ ...report, stillSeconds: 0, report }));
      const followed = rules.follow(standing, device, policy);
      const bad = reports.flatMap((report, i) => {
        const own = rules.check(report, device, policy);
        const reason = own?.outcome === 'rejected' ? own.reason : followed[i]!.finding?.reason;
        return reason ? [`${report.start} ${report.value} ${reason}`] : [];
      });
      expect(bad).to.deep.equal([]);
    });
  }

  it('accepts full days of SERF East, from signature to reward', () => {
    const device = makeDevice(0);
    const registry = registryOf([device]);
    const readings = read('serf_east_15min_ac_power.csv').slice(0, 4 * 96);
    const reports: SignedReport[] = readings.map(({ start, watts }) =>
      signed(device, { start, seconds: 900, value: BigInt(Math.round(watts / 4)) }),
    );
    const policy = makePolicy();
    for (const [i, report] of reports.entries()) {
      const receivedAt = (readings[i]!.start + 900) * 1000;
      const answer = admit({
        signed: report,
        registry: registry.in(1),
        network: identity.network,
        policy,
        receivedAt,
      });
      expect(answer.ok, `reading ${i}`).to.equal(true);
    }
    const days = [0, 1, 2, 3].map((day) => reports.slice(day * 96, day * 96 + 96));
    const endOfDay = (epoch: number) => readings[0]!.start + epoch * DAY;
    for (const { totals } of closeAll(registry, days, policy, endOfDay)) {
      expect(totals.accepted + totals.zeroed).to.equal(96);
      expect(totals.rejected).to.equal(0);
      expect(BigInt(totals.allocated) > 0n).to.equal(true);
    }
  });
});
