import { domain } from '@commonwire/oracle';
import { expect } from 'chai';
import { type Digest, digestOf } from './rules/fixture';
import { fixtures } from './rules/fixtures';
import { changes, type Entry, readEntries, record, unrecorded } from './rules/recorded';

describe('verdicts of the rules by version', function () {
  this.timeout(60_000);

  const entries = readEntries();
  const found: Record<string, Digest> = {};
  for (const fixture of fixtures) {
    it(`${fixture.name}: as recorded`, () => {
      found[fixture.name] = digestOf(fixture);
      const known = entries.map((entry) => ({ ...entry, fixtures: only(entry, fixture.name) }));
      expect(changes(known, domain.RULES_VERSION, found).join('\n')).to.equal('');
    });
  }

  const only = ({ fixtures: recorded }: Entry, name: string): Record<string, Digest> =>
    recorded[name] ? { [name]: recorded[name] } : {};

  it('no fixture is gone, and each is recorded', () => {
    for (const { name } of fixtures) found[name] ??= digestOf(fixtures.find((one) => one.name === name)!);
    expect(changes(entries, domain.RULES_VERSION, found).join('\n')).to.equal('');
    expect(unrecorded(entries, domain.RULES_VERSION, found).join('\n')).to.equal('');
  });

  it('every version has an entry, from the first to this one', () => {
    expect(entries.map((entry) => entry.rules_version)).to.deep.equal(
      Array.from({ length: domain.RULES_VERSION }, (_, i) => i + 1),
    );
  });
});

describe('the record of verdicts', () => {
  const digest = (verdicts: string, accepted = 1): Digest => ({
    inputs: 'in',
    verdicts,
    tally: { accepted },
  });
  const first: Entry = { rules_version: 1, fixtures: { sun: digest('a'), rain: digest('b') } };
  const second: Entry = { rules_version: 2, fixtures: { sun: digest('c', 3), rain: digest('b') } };

  it('error: another verdict under the same version, with what changed and what to do', () => {
    const act = () => record([first], 1, second.fixtures);
    expect(act).to.throw(
      'verdicts on fixture sun changed, and RULES_VERSION is still 1 (accepted: 3, was 1)',
    );
    for (const step of ['raise RULES_VERSION', 'docs/verification', 'npm run record-verdicts'])
      expect(act).to.throw(step);
  });

  it('a new version is appended; what is recorded of others stays', () => {
    const entries = record([first], 2, second.fixtures);
    expect(entries).to.deep.equal([first, second]);
    expect(record(entries, 2, second.fixtures)).to.deep.equal(entries);
    expect(unrecorded([first], 2, second.fixtures)).to.have.length(1);
  });

  it('a new fixture joins the latest version alone', () => {
    const more = { ...second.fixtures, wind: digest('d') };
    expect(unrecorded([first, second], 2, more)).to.deep.equal([
      "fixture wind isn't recorded: run `npm run record-verdicts`",
    ]);
    const entries = record([first, second], 2, more);
    expect(entries).to.deep.equal([first, { rules_version: 2, fixtures: more }]);
  });

  it('error: a fixture with other data or none, a version that is left out', () => {
    const other = { ...first.fixtures, sun: { ...digest('a'), inputs: 'other' } };
    expect(() => record([first], 1, other)).to.throw('give other data another name');
    expect(() => record([first], 1, { sun: digest('a') })).to.throw('fixture rain is gone');
    expect(() => record([first], 3, first.fixtures)).to.throw('version 3 does not follow 1');
  });
});
