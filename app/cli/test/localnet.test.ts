import { expect } from 'chai';
import { chainTime, expectError, startEmbedded } from '../../../tests/support/chain';
import { localnet as command } from '../src/commands/localnet';

const run = async (...argv: string[]) => {
  const lines: string[] = [];
  expect(await command.run(['pass', ...argv], (line) => lines.push(line))).to.equal(0);
  return lines;
};

describe('commonwire localnet', () => {
  it('lets time pass on a running chain, once for each call', async () => {
    const chain = await startEmbedded([]);
    try {
      const { connection } = chain;
      const url = connection.rpcEndpoint;
      const before = Number(await chainTime(connection));
      const [line] = await run('--url', url, '--time', '8d');
      const now = Number(await chainTime(connection));
      expect(now - before).to.be.within(8 * 86_400, 8 * 86_400 + 60);
      expect(line).to.match(/^chain time is now \d{4}-/);
      const [json] = await run('--url', url, '--time', '90s', '--json');
      const { now: told, passed_seconds } = JSON.parse(json!);
      expect(passed_seconds).to.equal(90);
      expect(told - now).to.be.within(90, 150);
    } finally {
      await chain.close();
    }
  });

  it('error: a chain whose time somebody else tells, and times that cannot pass', async () => {
    const chain = await startEmbedded([], { clock: Date });
    const url = chain.connection.rpcEndpoint;
    try {
      await expectError(run('--url', url, '--time', '1d'), 'not-local');
      await expectError(run('--url', url, '--time', '0s'), /--time is not from 1s to ten years/);
      await expectError(run('--url', url, '--time', '3653d'), 'usage');
      await expectError(run('--url', url, '--time', 'soon'), /--time: soon is not a time such as 3d/);
    } finally {
      await chain.close();
    }
  });
});
