import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { prebuiltPrograms } from '@commonwire/toolchain/prebuilt';
import { Connection, Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';

const MAIN = join(__dirname, '../src/main.ts');
const LOADER = 'BPFLoaderUpgradeab1e11111111111111111111111';

/** Starts the command; `lines` waits for as many lines of output. */
function start(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, '--port', '0', ...args]);
  const output = createInterface(child.stdout)[Symbol.asyncIterator]();
  const lines = async (count: number): Promise<string[]> => {
    const found: string[] = [];
    while (found.length < count) {
      const { value, done } = await output.next();
      if (done) break;
      found.push(value);
    }
    return found;
  };
  let errors = '';
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, errors }));
  return { child, lines, ended };
}

describe('localnet: the command', () => {
  const own = prebuiltPrograms().map(({ address }) => address);
  const network = prebuiltPrograms().find(({ name }) => name === 'network');

  it('loads the programs of the repository, and those that it is given', async () => {
    const other = Keypair.generate().publicKey.toBase58();
    const authority = Keypair.generate().publicKey;
    const { child, lines, ended } = start(
      ...['--program', `${other}=${network!.soFile}`],
      ...['--upgrade-authority', authority.toBase58()],
    );
    try {
      const [rpc, ws, ...programs] = await lines(2 + own.length + 1);
      expect(ws).to.match(/^WebSocket ws:/);
      expect(programs.map((line) => line.split(' ')[1])).to.deep.equal([...own, other]);
      const connection = new Connection(rpc!.split(' ')[1]!, 'confirmed');
      for (const address of [...own, other]) {
        const program = await connection.getAccountInfo(new PublicKey(address));
        expect(program?.executable).to.equal(true);
        expect(program?.owner.toBase58()).to.equal(LOADER);
        const data = await connection.getParsedAccountInfo(new PublicKey(program!.data.subarray(4)));
        const { parsed } = data.value!.data as { parsed: { type: string; info: { authority: string } } };
        expect(parsed.type).to.equal('programData');
        expect(parsed.info.authority).to.equal(authority.toBase58());
      }
    } finally {
      child.kill('SIGTERM');
    }
    expect((await ended).code).to.equal(0);
  });

  it('loads none of its own if told so', async () => {
    const { child, lines, ended } = start('--no-programs');
    const [rpc] = await lines(2);
    const connection = new Connection(rpc!.split(' ')[1]!, 'confirmed');
    expect(await connection.getAccountInfo(new PublicKey(network!.address))).to.equal(null);
    child.kill('SIGINT');
    expect((await ended).code).to.equal(0);
  });

  it('error: programs without address, without file, or named twice', async () => {
    const { address } = network!;
    const cases: [string[], RegExp][] = [
      [['--program', 'network=network.so'], /--program: network=network.so is not ADDRESS=FILE/],
      [['--program', address], /is not ADDRESS=FILE/],
      [['--program', `${address}=none.so`], /ENOENT.*none\.so/],
      [['--program', `${address}=a.so`, '--program', `${address}=b.so`], /names .* twice/],
    ];
    const results = await Promise.all(cases.map(([args]) => start(...args).ended));
    for (const [index, { code, errors }] of results.entries()) {
      expect(code, cases[index]![0].join(' ')).to.not.equal(0);
      expect(errors).to.match(cases[index]![1]);
    }
  });
});
