import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ProcessNetwork } from './support/process-network';

const ROOT = join(__dirname, '../..');

/** What the Dockerfile copies: sources and the folder that they are copied to. */
async function copies(): Promise<{ sources: string[]; to: string }[]> {
  const text = (await readFile(join(ROOT, 'oracle/Dockerfile'), 'utf8')).replaceAll('\\\n', ' ');
  return [...text.matchAll(/^COPY (.+) (\S+)$/gm)].map(([, sources, to]) => ({
    sources: sources!.split(' '),
    to: to!,
  }));
}

describe("an oracle's image", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'commonwire-image-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('has the manifest of every workspace, as the lock file does, and leaves nothing out that it copies', async () => {
    const sources = (await copies()).flatMap((copy) => copy.sources);
    const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8'));
    const workspaces = Object.keys(lock.packages).filter((path) => path && !path.includes('node_modules'));
    expect(sources).to.include.members(workspaces.map((path) => `${path}/package.json`));
    const kept = (await readFile(join(ROOT, '.dockerignore'), 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => new RegExp(`^${line.slice(1).replaceAll('.', '\\.').replaceAll('*', '[^/]+')}$`));
    for (const source of sources)
      expect(
        kept.some((pattern) => pattern.test(source)),
        source,
      ).to.equal(true);
  });

  it('has all that an oracle needs to run, and tells its health', async function () {
    this.timeout(90_000);
    for (const { sources, to } of await copies())
      for (const source of sources) {
        const target = source.endsWith('/src') ? to : join(to, source.split('/').at(-1)!);
        await mkdir(join(folder, to), { recursive: true });
        await cp(join(ROOT, source), join(folder, target), { recursive: true });
      }
    // The packages of this clone stand for those that the image installs; those of the project are the copied ones.
    const modules = join(folder, 'node_modules');
    await mkdir(join(modules, '@commonwire'), { recursive: true });
    for (const name of await readdir(join(ROOT, 'node_modules')))
      if (name !== '@commonwire') await symlink(join(ROOT, 'node_modules', name), join(modules, name));
    await symlink(join(folder, 'app/sdk'), join(modules, '@commonwire/sdk'));

    const net = await ProcessNetwork.create();
    const [oracle] = net.oracles;
    const environment = { ...process.env, ...oracle!.settings };
    const start = (...args: string[]) => {
      const child = spawn(process.execPath, args, { cwd: folder, env: environment });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => {
          output += chunk;
        });
      return { child, output: () => output };
    };
    const { child, output } = start('--import', 'tsx', 'oracle/src/main.ts');
    const check = async () => {
      const checking = start('oracle/src/healthcheck.cjs');
      const [code] = (await once(checking.child, 'close')) as [number];
      return { code, said: checking.output() };
    };
    try {
      await net.until('healthy', async () => {
        expect(child.exitCode, output()).to.equal(null);
        return (await check()).code === 0 || undefined;
      });
      expect((await check()).said).to.match(/^degraded; .*no usable answer from the peer/);
    } finally {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    expect(output().trim().split('\n').at(-1)).to.include('"event":"stopped"');
    const stopped = await check();
    expect([stopped.code, stopped.said.startsWith('no answer: ')]).to.deep.equal([1, true]);
  });
});
