import { type Ed25519KeyPair, ed25519KeyPair, sha256, signEd25519 } from '@commonwire/sdk/core';
import { mountedCell } from '@commonwire/sdk/device';
import { expect } from 'chai';
import {
  type CloseResult,
  close,
  type Device,
  genesis,
  isSigned,
  type Statement,
  statementMessage,
  toBase58,
  verifyDataset,
  verifyShard,
} from '../../src/domain';
import {
  address,
  closeInput,
  cutOf,
  DAY,
  GOLDEN_CELL,
  HOUR,
  identity,
  makeDevice,
  makePolicy,
  NOON,
  registryOf,
  signed,
  type TestDevice,
} from './support';

const installerOf = (name: string): Ed25519KeyPair => ed25519KeyPair(sha256(Buffer.from(name)));
const INSTALLER = installerOf('installer');
const CUT = NOON + 2 * HOUR;

interface Signing {
  readonly by?: Ed25519KeyPair;
  readonly network?: Uint8Array;
  readonly date?: number;
  readonly expires?: number;
  /** What is signed in place of the device as it is registered. */
  readonly about?: Partial<Device>;
}

function statement(device: Device, signing: Signing = {}): Statement {
  const { by = INSTALLER, network = identity.network, about = {} } = signing;
  const times = { date: signing.date ?? NOON - DAY, expires: signing.expires ?? NOON + 300 * DAY };
  const signature = signEd25519(statementMessage(network, { ...device, ...about }, times), by);
  return {
    device: device.index,
    installer: toBase58(by.publicKey),
    ...times,
    signature: Buffer.from(signature).toString('base64'),
  };
}

const attestation = (statements: readonly Statement[], energy = 3_000) => ({
  attestation: {
    capacity: { energy },
    installers: [toBase58(INSTALLER.publicKey)],
    statements: [...statements],
  },
});

/** Closes an epoch in which each device reports 1,001 Wh, and audits it as a whole and by shards of two devices. */
function closeWith(fleet: readonly TestDevice[], changes: Parameters<typeof makePolicy>[0]): CloseResult {
  const registry = registryOf(fleet);
  const reports = fleet.map((device) => signed(device, { value: 1_001n }));
  const policy = makePolicy({ device_epoch_cap: '1000000', units_for_cap: { energy: 1 }, ...changes });
  const result = close(
    closeInput(registry, reports, { policy, cut: cutOf(registry, CUT), shardBits: 1 }, CUT),
  );
  const { manifest, manifestBytes, parts } = result;
  const part = (name: string) => parts.find(({ sha256: hash }) => hash === name)!.bytes;
  verifyDataset({ manifestBytes, part, previous: genesis });
  for (const shard of manifest.shards.keys())
    expect(verifyShard({ manifest, part, before: null, partBefore: part, shard }), `shard ${shard}`).to.equal(
      null,
    );
  return result;
}

const scores = ({ rewards }: CloseResult): bigint[] => rewards.map(({ score }) => score);

describe('installers’ statements', () => {
  const large = [0, 1, 2, 3].map((index) => makeDevice(index));
  const small = makeDevice(4, { capacity: 3_000, key: 'small' });

  it('a large device without one counts by a part of its capacity, with its reason; others as before', () => {
    const result = closeWith([...large, small], attestation([statement(large[1]!), statement(large[3]!)]));
    // A half, rounded down.
    expect(scores(result)).to.deep.equal([500n, 1_001n, 500n, 1_001n, 1_001n]);
    for (const { evidence, reasons, outcome } of result.verdicts) {
      expect(outcome).to.equal('accepted');
      const isPartly = [0, 2].includes(evidence.report.index);
      expect(reasons).to.deep.equal(isPartly ? ['not-attested'] : []);
    }
    const allocated = result.rewards.reduce((sum, { reward }) => sum + reward, 0n);
    expect(Number(allocated)).to.be.within(999_990, 1_000_000);
  });

  it('are asked for by nobody unless the policy does', () => {
    expect(scores(closeWith(large, {}))).to.deep.equal([1_001n, 1_001n, 1_001n, 1_001n]);
  });

  const [device] = large;
  const wrong: Record<string, Signing> = {
    'of another network': { network: address('another network') },
    'of another key': { about: { deviceKey: large[1]!.deviceKey } },
    'of a smaller capacity': { about: { capacity: 3_000 } },
    'of another kind': { about: { kind: 5 } },
    'of another cell': { about: { h3Cell: GOLDEN_CELL + 1n } },
    'of another mount': { about: { h3Cell: mountedCell(GOLDEN_CELL, 'fixed') } },
    'that is over at the cut': { expires: CUT },
    'of a day to come': { date: CUT + 1 },
  };
  for (const [name, signing] of Object.entries(wrong))
    it(`one ${name} counts nothing`, () => {
      const one = statement(device!, signing);
      expect(scores(closeWith([device!], attestation([one])))).to.deep.equal([500n]);
    });

  it('hold from their date until the moment before they are over', () => {
    for (const signing of [{ expires: CUT + 1 }, { date: CUT }])
      expect(scores(closeWith([device!], attestation([statement(device!, signing)])))).to.deep.equal([
        1_001n,
      ]);
  });

  it('of an index without a device change nothing', () => {
    const none = statement(makeDevice(9));
    expect(scores(closeWith([device!], attestation([none])))).to.deep.equal([500n]);
  });

  it('are about the device, whoever owns it', () => {
    const sold = { ...device!, owner: address('buyer'), index: 7 };
    expect(isSigned(identity.network, sold, statement(device!))).to.equal(true);
  });

  it('error: of others than the policy’s installers, two of a device, times and signatures that none has', () => {
    const refused = (statements: readonly Statement[], message: RegExp) =>
      expect(() => makePolicy(attestation(statements))).to.throw(message);
    const [one, two] = [statement(large[0]!), statement(large[1]!)];
    refused([statement(device!, { by: installerOf('stranger') })], /attestation.statements: .*installers/);
    refused([two, one], /ascending order/);
    refused([one, one], /ascending order/);
    refused([{ ...one, expires: one.date }], /attestation.statements.0.expires/);
    refused([{ ...one, expires: one.date + 800 * DAY }], /at most two years/);
    refused([{ ...one, signature: 'AA==' }], /64 bytes in base64/);
    expect(() => makePolicy(attestation([], 0))).to.throw(/attestation.capacity.energy/);
  });
});
