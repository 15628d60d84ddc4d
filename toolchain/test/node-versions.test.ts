import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

/** It has no types; this covers what is used here. */
const { satisfies } = require('semver') as { satisfies(version: string, range: string): boolean };

const ROOT = join(__dirname, '../..');
const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));

/** The first versions that the documents name, and which `engines` therefore takes. */
const VERSIONS = ['20.19.0', '22.13.0', '24.0.0'];

interface Locked {
  engines?: { node?: string };
  hasInstallScript?: boolean;
}

describe('the versions of Node', () => {
  const packages = Object.entries(read('package-lock.json').packages as Record<string, Locked>);

  it('that are named are taken by every package, so that installing warns of none', () => {
    expect(packages.length).to.be.greaterThan(300);
    for (const version of VERSIONS) {
      const refusing = packages.filter(
        ([, { engines }]) => engines?.node && !satisfies(version, engines.node),
      );
      expect(
        refusing.map(([path]) => path),
        version,
      ).to.deep.equal([]);
      expect(satisfies(version, read('package.json').engines.node), version).to.equal(true);
    }
    expect(satisfies('18.20.0', read('package.json').engines.node)).to.equal(false);
  });

  it('need nothing native for big integers, whose missing build every command would complain about', () => {
    const natives = packages.filter(([path]) => path.endsWith('node_modules/bindings'));
    expect(natives).to.deep.equal([]);
  });
});
