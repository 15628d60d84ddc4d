import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { domain, openapiDocument } from '@commonwire/oracle';
import { expect } from 'chai';
import { governActions } from '../../app/cli/src/governing/govern-actions';
import { guardActions } from '../../app/cli/src/governing/guard-actions';
import { marketActions } from '../../app/cli/src/market';
import { areaActions, meterActions } from '../../app/cli/src/market/area-actions';
import { offerActions } from '../../app/cli/src/market/offer-actions';
import { orderActions } from '../../app/cli/src/market/order-actions';
import { parkingActions } from '../../app/cli/src/market/parking';
import { assetActions } from '../../app/cli/src/owning';
import { policyFields } from '../../app/deploy/src/policy-config';
import { parseCommand } from '../../app/device/src/arguments';
import { METHOD_NAMES } from '../../app/localnet/src/rpc/dispatch';
import { SUBSCRIPTION_KINDS } from '../../app/localnet/src/rpc/subscription-kinds';

const ROOT = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
/** The first column of a page's tables, without code quotes. */
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

  it("lists every field of both parts of a policy, with the oracles' defaults", () => {
    const text = read('docs/policy.md');
    const [onChain = '', file = ''] = text
      .slice(text.indexOf('## On chain'))
      .split("## In the oracles' file");
    expect(firstColumns(onChain)).to.have.members(Object.keys(policyFields.shape));

    const policy = domain.parsePolicy(
      {
        rules_version: domain.RULES_VERSION,
        epoch_budget: '0',
        device_epoch_cap: '0',
        // The only field that may be absent.
        markets: ['1'.repeat(32)],
      },
      { development: false },
    );
    const fields = Object.entries(policy).flatMap(([name, value]) =>
      ['attestation', 'bandwidth', 'clock', 'denylist', 'energy', 'parking', 'sensor'].includes(name)
        ? Object.keys(value as object).map((inner) => `${name}.${inner}`)
        : [name],
    );
    expect(firstColumns(file)).to.have.members(fields);
    const energy = [...file.matchAll(/^\| `energy\.(\w+)` \| .+ \| (\d+) \|$/gm)];
    expect(Object.fromEntries(energy.map(([, name, value]) => [name, Number(value)]))).to.deep.equal(
      policy.energy,
    );
  });

  it('tells what each version of the rules changed', () => {
    const text = read('docs/verification/README.md');
    const versions = firstColumns(text).filter((cell) => /^\d+$/.test(cell));
    expect(versions).to.deep.equal(Array.from({ length: domain.RULES_VERSION }, (_, i) => `${i + 1}`));
  });

  it('lists every environment variable of an oracle, and none that it does not read', () => {
    const sources = ['oracle/src/runtime/config.ts', 'oracle/src/functions/work.ts'].map(read).join();
    const variables = new Set(sources.match(/COMMONWIRE_[A-Z0-9_]+/g));
    const section = oracle.slice(oracle.indexOf('## Running one'));
    const listed = firstColumns(section).filter((name) => name.startsWith('COMMONWIRE_'));
    expect(listed).to.have.members([...variables]);
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

  it('lists everything that can be done with assets', () => {
    const text = read('docs/commands.md');
    const rows = firstColumns(text.slice(text.indexOf('## Assets')));
    const names = assetActions.map(({ name }) => name);
    expect(rows.map((row) => row.split(' --')[0])).to.have.members(names);
  });

  it('lists everything that can be done with markets', () => {
    const text = read('docs/commands.md');
    const rows = firstColumns(text.slice(text.indexOf('## Markets'), text.indexOf('## Assets')));
    const actions = { market: marketActions, area: areaActions, meter: meterActions, offer: offerActions };
    const all = { ...actions, order: orderActions, parking: parkingActions };
    const names = Object.entries(all).flatMap(([command, list]) =>
      list.map(({ name }) => `${command} ${name}`),
    );
    // `market settle` has a row for each way.
    const listed = new Set(rows.map((row) => row.split(' ').slice(0, 2).join(' ')));
    expect([...listed]).to.have.members(names);
  });

  it('lists every field of the configuration of an asset', () => {
    const fields = Object.keys(JSON.parse(read('migrations/asset.example.json')));
    const section = read('docs/owning.md').split('## 2.')[0]!;
    expect(firstColumns(section)).to.have.members([...fields, 'authority', 'compliance']);
  });

  it('lists every method and subscription of the local chain', () => {
    const subscriptions = [...SUBSCRIPTION_KINDS.keys()].map((kind) => `${kind}Subscribe`);
    const text = read('docs/localnet.md');
    const served = text.slice(text.indexOf('## What is served'), text.indexOf("## What isn't"));
    const listed = firstColumns(served);
    expect(listed).to.have.members([...METHOD_NAMES, ...subscriptions]);
  });

  const inDocs = readdirSync(join(ROOT, 'docs'), { encoding: 'utf8', recursive: true })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  const packages = [
    ...['app', 'crates', 'programs'].flatMap((parent) =>
      readdirSync(join(ROOT, parent)).map((name) => `${parent}/${name}`),
    ),
    'oracle',
    'toolchain',
  ].filter((folder) => ['package.json', 'Cargo.toml'].some((file) => existsSync(join(ROOT, folder, file))));
  const inPackages = packages.map((folder) => `${folder}/README.md`);

  it('has a README for each package', () => {
    expect(inPackages.filter((page) => !existsSync(join(ROOT, page)))).to.deep.equal([]);
  });

  for (const page of ['README.md', 'CONTRIBUTING.md', ...inDocs, ...inPackages]) {
    it(`names only files that exist in ${page}`, () => {
      const targets = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target]) => target!);
      const missing = targets.filter((target) => !existsSync(join(ROOT, dirname(page), target)));
      expect(missing).to.deep.equal([]);
      const gone = pathsIn(page).filter((path) => !existsSync(join(ROOT, path)));
      expect(gone.filter((path) => !isMadeByReader(path))).to.deep.equal([]);
    });

    it(`names only commands that exist in ${page}`, () => {
      expect(badCommands(read(page))).to.deep.equal([]);
    });
  }

  it('installs a device by command lines that the agent takes', () => {
    const address = 'SysvarC1ock11111111111111111111111111111111';
    const text = read('docs/installing.md').replaceAll('\\\n', '').replaceAll('INDEX', '7');
    const lines = [...text.matchAll(/^commonwire-device ([a-z].+)$/gm)].map(([, line]) =>
      line!.replaceAll(/NETWORK|WALLET/g, address).split(/ +/),
    );
    const commands = lines.map((line) => parseCommand(line).command);
    expect(commands).to.deep.equal(['keygen', 'register', 'run']);
  });

  it('error: a command that does not exist', () => {
    const text = 'npm run -s biuld:oracle\nnpx tsx app/sdk/src/gone.ts\ncargo test --package gone';
    expect(badCommands(text)).to.have.length(3);
    expect(badCommands("npm run test:file -- 'app/sdk/gone/*.test.ts' tests/gone.test.ts")).to.have.length(2);
  });
});

/** Paths in code quotes: from the root, or in a package's README also from its folder. */
function pathsIn(page: string): string[] {
  const text = read(page);
  const fromRoot = [
    ...text.matchAll(/`((?:app|oracle|crates|programs|tests|migrations|docs|toolchain)\/[\w./-]+)`/g),
  ].map(([, path]) => path!);
  const fromFolder = page.endsWith('README.md')
    ? [...text.matchAll(/`((?:src|data)\/[\w./-]+)`/g)].map(([, path]) => join(dirname(page), path!))
    : [];
  return [...fromRoot, ...fromFolder];
}

/** Built, or made by whoever follows the page: the program `hello` is the example of CONTRIBUTING.md. */
const isMadeByReader = (path: string): boolean =>
  /NAME|\/hello\b/.test(path) || ['migrations/network.json', 'toolchain/fuzz/crashes'].includes(path);

/** Commands in a text whose npm script, file or crate does not exist. */
function badCommands(text: string): string[] {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const crates = ['crates', 'programs'].flatMap((parent) =>
    readdirSync(join(ROOT, parent)).flatMap(
      (name) => /^name = "(.+)"/m.exec(read(`${parent}/${name}/Cargo.toml`))?.[1] ?? [],
    ),
  );
  const exists = (path: string) => existsSync(join(ROOT, path.replace(/\*.*/, '')));
  const rules: [RegExp, (name: string) => boolean][] = [
    [/\bnpm run (?:-s )?([\w:-]+)/g, (name) => name in scripts],
    [/\bnpm (?:-s )?(start|test)\b/g, (name) => name in scripts],
    [/\bnpx tsx ([\w./-]+)/g, exists],
    [/\bcargo \w+ --package ([\w-]+)/g, (name) => crates.includes(name)],
    [/(?<=\bnpm run .*)[ ']((?:app|oracle|tests)\/[\w./*-]+)/g, exists],
  ];
  return rules.flatMap(([pattern, isGood]) =>
    [...text.matchAll(pattern)].filter(([, name]) => !isGood(name!)).map(([command]) => command.trim()),
  );
}
