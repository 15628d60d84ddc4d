import { expect } from 'chai';
import {
  type CloseResult,
  close,
  DomainError,
  genesis,
  type Policy,
  parseAnyManifest,
  parseManifest,
  parsePolicy,
  previousState,
  RULES_VERSION,
  verifyDataset,
} from '../../src/domain';
import { canonicalBytes } from '../../src/domain/canonical';
import { closeInput, devices, makePolicy, registryOf, signed } from './support';

const OTHER = RULES_VERSION + 1;
const fleet = devices(3);
const registry = registryOf(fleet);

const byOtherRules = (policy: Policy): Policy => ({
  ...policy,
  rules_version: OTHER as typeof RULES_VERSION,
});

/** The epoch's dataset as software with other rules would have published it: its policy may have fields of its own. */
function published(result: CloseResult, changes: object = {}): Uint8Array {
  const policy = { ...byOtherRules(result.manifest.policy), shadow_ppm: 5 };
  return canonicalBytes({ ...result.manifest, rules_version: OTHER, policy, ...changes });
}

function expectUnsupported(act: () => unknown, named: string): void {
  expect(act)
    .to.throw(DomainError)
    .and.satisfy(({ code, message }: DomainError) => {
      expect(code).to.equal('unsupported-rules-version');
      expect(message).to.equal(
        `${named} version ${OTHER} of the rules, this software has version ${RULES_VERSION}: ` +
          `use the release of Commonwire that has version ${OTHER}`,
      );
      return true;
    });
}

describe('version of the rules', () => {
  const result = close(
    closeInput(
      registry,
      fleet.map((device) => signed(device)),
    ),
  );
  const parts = new Map(result.parts.map(({ sha256, bytes }) => [sha256, bytes]));
  const part = (sha256: string) => parts.get(sha256)!;

  it('stands in every manifest and in its policy', () => {
    expect(result.manifest.rules_version).to.equal(RULES_VERSION);
    expect(parseManifest(result.manifestBytes).policy.rules_version).to.equal(RULES_VERSION);
  });

  it('error: a policy of other rules, whatever fields it has', () => {
    const policy = { rules_version: OTHER, epoch_budget: '1', device_epoch_cap: '1', shadow_ppm: 5 };
    expectUnsupported(
      () => parsePolicy(policy, { development: false }),
      'rules_version: this policy asks for',
    );
  });

  it('error: closing by other rules', () => {
    const input = closeInput(registry, [], { policy: byOtherRules(makePolicy()) });
    expectUnsupported(() => close(input), 'epoch 1 is to be closed by');
  });

  it('error: auditing an epoch that was closed by other rules', () => {
    const manifestBytes = published(result);
    expectUnsupported(() => parseManifest(manifestBytes), 'epoch 1 was closed by');
    expectUnsupported(
      () => verifyDataset({ manifestBytes, part, previous: genesis }),
      'epoch 1 was closed by',
    );
  });

  it('an epoch goes on from one that was closed by other rules, and can be audited', () => {
    const manifestBytes = published(result);
    expect(parseAnyManifest(manifestBytes).rules_version).to.equal(OTHER);
    const previous = previousState(manifestBytes, part);
    expect(previous.earned).to.deep.equal(result.next.earned);
    const next = close(closeInput(registry, [], { previous }));
    expect(next.manifest.previous).to.equal(previous.datasetHash);
    const nextParts = new Map(next.parts.map(({ sha256, bytes }) => [sha256, bytes]));
    const repeated = verifyDataset({
      manifestBytes: next.manifestBytes,
      part: (sha256) => nextParts.get(sha256)!,
      previous,
    });
    expect(repeated.datasetHash).to.equal(next.datasetHash);
  });

  it('an epoch goes on from one by rules that held no pay, and said nothing of it', () => {
    const without = <T extends { released: string; held: string }>({ released: _, held: __, ...sums }: T) =>
      sums;
    const { totals, shards } = result.manifest;
    const changes = { totals: without(totals), shards: shards.map(without) };
    const previous = previousState(published(result, changes), part);
    expect(previous.devices).to.deep.equal(result.next.devices);
    const next = close(closeInput(registry, [], { previous }));
    expect(next.totals.held).to.equal('0');
    for (const missing of [{ totals: changes.totals }, { shards: changes.shards }])
      expect(() => parseManifest(canonicalBytes({ ...result.manifest, ...missing }))).to.throw(
        'totals and shards must say what is released and held',
      );
  });

  it('error: a manifest whose policy names another version than it does', () => {
    const { policy } = result.manifest;
    const says = (changes: object) => () => parseAnyManifest(published(result, changes));
    expect(says({ policy })).to.throw(`rules_version: is ${OTHER}, policy.rules_version ${RULES_VERSION}`);
    expect(says({ policy: null })).to.throw(`rules_version: is ${OTHER}, policy.rules_version is missing`);
    expect(says({ rules_version: 0 })).to.throw('rules_version: ');
  });
});
