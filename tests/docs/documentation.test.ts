import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { domain, openapiDocument } from '@commonwire/oracle';
import { expect } from 'chai';
import { governActions } from '../../app/cli/src/governing/govern-actions';
import { guardActions } from '../../app/cli/src/governing/guard-actions';

const ROOT = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
/** What the first column of a page's tables says, code quotes removed. */
const firstColumns = (text: string): string[] =>
  [...text.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`([^`]+)`/g)].map(([, code]) => code!),
  );

describe('documentation', () => {
  const oracle = read('docs/oracle.md');

  it('lists every reason code, and none that does not exist', () => {
    const section = oracle.slice(oracle.indexOf('### Reason codes'), oracle.indexOf('## Log'));
    expect(firstColumns(section)).to.have.members(Object.keys(domain.reasons));
  });

  it('gives the thresholds of every quantity that sensors measure', () => {
    const { quantities } = domain.parsePolicy(
      { rules_version: domain.RULES_VERSION, epoch_budget: '0', device_epoch_cap: '0' },
      { development: false },
    ).sensor;
    const cells = read('docs/verification/sensor.md')
      .split('\n')
      .filter((line) => /^\| \d \| [a-z]/.test(line))
      .map((line) => line.slice(2).split(' | '));
    const milli = (text = '') => Number(text.replaceAll(',', '')) * 1_000;
    const listed = cells.map(([, name, , range = '', jump_minute, jump, frozen = '']) => {
      const [least, most] = range.split(' to ').map(milli);
      const frozen_seconds = Number.parseInt(frozen, 10) * 3_600;
      return [name, { least, most, jump_minute: milli(jump_minute), jump: milli(jump), frozen_seconds }];
    });
    const ours = Object.entries(quantities).map(([name, quantity]) => {
      const { least, most, jump_minute, jump, frozen_seconds } = quantity;
      return [name, { least, most, jump_minute, jump, frozen_seconds }];
    });
    expect(listed).to.deep.equal(ours);
  });

  it('tells what each version of the rules changed', () => {
    const text = read('docs/verification/README.md');
    const versions = firstColumns(text).filter((cell) => /^\d+$/.test(cell));
    expect(versions).to.deep.equal(Array.from({ length: domain.RULES_VERSION }, (_, i) => `${i + 1}`));
  });

  it('lists every environment variable of an oracle, and none that it does not read', () => {
    const sources = ['oracle/src/runtime/config.ts', 'oracle/src/functions/invoke.ts'].map(read).join();
    const variables = new Set(sources.match(/COMMONWIRE_[A-Z0-9_]+/g));
    const section = oracle.slice(oracle.indexOf('## Running one'));
    expect(firstColumns(section)).to.have.members([...variables]);
  });

  it('lists every request that an oracle answers', () => {
    const { paths } = openapiDocument();
    const requests = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const section = oracle.slice(oracle.indexOf('## HTTP API'), oracle.indexOf('### Errors'));
    const listed = firstColumns(section).map((request) => request.split('?')[0]);
    expect([...listed, 'GET /openapi.json']).to.have.members(requests);
  });

  it('lists everything that holders of a network’s keys can do', () => {
    const commands = [
      ...governActions.map(({ name }) => `govern ${name}`),
      ...guardActions.map(({ name }) => `guard ${name}`),
    ];
    const listed = firstColumns(read('docs/governing.md')).map((command) => command.split(' --')[0]);
    expect(listed).to.have.members(commands);
  });

  const pages = readdirSync(join(ROOT, 'docs'), { encoding: 'utf8', recursive: true });
  for (const page of ['README.md', ...pages.map((name) => `docs/${name}`)]) {
    if (!page.endsWith('.md')) continue;
    it(`names only files that exist in ${page}`, () => {
      const targets = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target]) => target!);
      const missing = targets.filter((target) => !existsSync(join(ROOT, dirname(page), target)));
      expect(missing).to.deep.equal([]);
      const paths = read(page).matchAll(
        /`((?:app|oracle|crates|programs|tests|migrations|docs)\/[\w./-]+\.\w+)`/g,
      );
      const gone = [...paths].map(([, path]) => path!).filter((path) => !existsSync(join(ROOT, path)));
      // Built or made by whoever follows the page.
      expect(
        gone.filter((path) => !path.includes('NAME') && path !== 'migrations/network.json'),
      ).to.deep.equal([]);
    });
  }
});
