import { runMain } from '@commonwire/sdk/node';
import { parseArguments, USAGE } from './arguments';
import { LivingNetwork } from './living-network';

/** `npm start`: runs a network until Ctrl-C, or for some epochs with `--once`. */
async function main(argv: readonly string[]): Promise<void> {
  const options = parseArguments(argv);
  const write = (line: string) => void (options.json ? process.stderr : process.stdout).write(line);
  const network = await LivingNetwork.start({ ...options, forever: !options.once, write });
  if (!options.once) {
    await interrupted();
    write('\nstopping\n');
    await network.stop();
    return;
  }
  try {
    const summary = await network.finish(options.epochs);
    process.stdout.write(
      options.json ? `${JSON.stringify(summary)}\n` : `\n${JSON.stringify(summary, null, 2)}\n`,
    );
  } finally {
    await network.stop();
  }
}

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });

// Exit explicitly, since web3.js keeps trying to reconnect its WebSocket to the stopped chain.
void runMain(main, { usage: USAGE, exit: true });
