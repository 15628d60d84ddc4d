import type { SignedReport } from '@commonwire/sdk/device';
/** Whole epochs, from signed reports to rewards. */
import { type CloseResult, Registry } from '../../../oracle/src/domain';
import { densityWeights } from '../../../oracle/src/domain/density';
import { policy, registry, threeEpochs } from '../../../oracle/test/domain/all-kinds-fleet';
import { disk, middleOf, parentOf } from '../../../oracle/test/domain/cells';
import {
  address,
  closeAll,
  GOLDEN_SPOT,
  HOUR,
  MINUTE,
  makeDevice,
  NOON,
  signed,
} from '../../../oracle/test/domain/support';
import { randomFrom } from '../faults';
import { type Fixture, type Judged, verdictOf } from './fixture';

/** All that follows from epochs but their bytes. */
const ofEpochs = (epochs: readonly (readonly SignedReport[])[], results: readonly CloseResult[]): Judged => ({
  inputs: epochs.flatMap((reports) => reports.map(({ report }) => report)),
  verdicts: results.flatMap(({ verdicts, rewards, totals, manifest }) => [
    ...verdicts.map((one) => `${verdictOf(one)} ${one.evidence.hash} ${one.score} ${one.paid}`),
    ...rewards.map(
      ({ index, score, reward, repaid, debt, earned }) =>
        `reward ${index} ${score} ${reward} ${repaid} ${debt} ${earned}`,
    ),
    `totals ${JSON.stringify(totals)} ${manifest.horizon}`,
  ]),
});

function allKinds(): Judged {
  const epochs = threeEpochs();
  return ofEpochs(
    epochs,
    closeAll(registry, epochs, policy, (epoch) => NOON + (epoch + 1) * HOUR),
  );
}

/** What a log may hold and a dataset doesn't list; a device that is handed on, one that is retired, one that owes. */
function transport(): Judged {
  const one = makeDevice(0);
  const two = makeDevice(1);
  const three = makeDevice(2);
  const four = makeDevice(3);
  const again = makeDevice(4, { key: 'device 3' });
  const changing = Registry.from([
    { kind: 'registered', devices: [one, two, three, four, again] },
    { kind: 'transferred', change: { index: 1, owner: address('bob'), effectiveEpoch: 2n } },
    { kind: 'retired', change: { index: 2, effectiveEpoch: 2n } },
  ]);
  const sealed = (epoch: number): number => NOON + epoch * HOUR;
  const starts = [
    -36 * HOUR - MINUTE,
    -36 * HOUR,
    -35 * HOUR,
    -35 * HOUR + MINUTE,
    300 - MINUTE,
    300,
    300 + MINUTE,
    30,
  ].map((offset) => ({ start: sealed(1) + offset }));
  const lengths = [0, 30, 60, 90, 3_600, 3_660].map((seconds, i) => ({
    start: NOON - (20 - 2 * i) * HOUR,
    seconds,
  }));
  const wrong = [
    { owner: address('bob') },
    { owner: address('nobody') },
    { network: address('another network') },
    { index: 9 },
    { kind: 2 },
  ];
  const quarter = (i: number) => ({ start: NOON + i * 15 * MINUTE });
  const forged = { ...signed(one, quarter(1)), signature: signed(one).signature };
  const epochs = [
    [
      ...[...starts, ...lengths, ...wrong].map((changes) => signed(one, changes)),
      forged,
      signed(two, quarter(0)),
      signed(three, quarter(0)),
      signed(four, quarter(0)),
      signed(again, quarter(1)),
    ],
    [
      signed(one, { ...quarter(0), value: 900n }),
      signed(two, { ...quarter(0), value: 900n }),
      signed(two, quarter(1)),
      signed(two, { ...quarter(2), owner: address('bob') }),
      signed(three, quarter(1)),
      signed(four, quarter(0)),
      signed(again, quarter(2)),
    ],
    [
      signed(one, quarter(5)),
      signed(two, { ...quarter(5), owner: address('bob') }),
      signed(two, quarter(6)),
      signed(four, quarter(5)),
    ],
  ];
  return ofEpochs(epochs, closeAll(changing, epochs, undefined, sealed));
}

/** Devices that crowd some cells. */
function crowds(): Judged {
  const home = parentOf(GOLDEN_SPOT, 10);
  const cells = [...disk(home, 1), parentOf(home, 8), middleOf(home, 13)];
  const random = randomFrom(10);
  const inputs: string[] = [];
  const verdicts: string[] = [];
  for (let size = 1; size <= 60; size++) {
    const occupants = Array.from({ length: size }, (_, index) => {
      const h3Cell = cells[Math.floor(random() * cells.length)]!;
      const kind = 1 + Math.floor(random() * 4);
      const capacity = 1 + Math.floor(random() * 6_000);
      const activated = 1 + Math.floor(random() * 3);
      return { device: makeDevice(index, { h3Cell, kind, capacity, key: 'crowd' }), activated };
    });
    for (const { device, activated } of occupants)
      inputs.push(`${device.kind} ${device.h3Cell} ${device.capacity} ${activated}`);
    for (const weight of densityWeights(occupants, policy)) verdicts.push(`weight ${weight}`);
  }
  return { inputs, verdicts };
}

export const networkFixtures: readonly Fixture[] = [
  { name: 'all kinds in one network', judge: allKinds },
  { name: 'reports by rules of transport', judge: transport },
  { name: 'crowded cells', judge: crowds },
];
