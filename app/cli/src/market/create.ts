import { TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID } from '@commonwire/sdk/core';
import {
  type CreateMarket,
  createMarket,
  fetchMarket,
  marketAddress,
  marketProgram,
} from '@commonwire/sdk/market';
import { fetchNetwork } from '@commonwire/sdk/network';
import { address, networkAddress, parseOptions, UsageError } from '@commonwire/sdk/node';
import type { Connection, PublicKey } from '@solana/web3.js';
import { z } from 'zod';
import { act, actingFor, actorOf, sendingOptions } from '../acting';
import { connect } from '../connect';
import { CliError } from '../errors';
import type { Action } from '../governing/action';
import { duration } from '../staking/duration';
import { feesText } from './fees';
import { marketStep } from './next-step';
import { number, percentage } from './options';

const options = z.object({
  ...sendingOptions,
  network: networkAddress,
  mint: address,
  authority: address.optional(),
  fee: percentage.default(0),
  burn: percentage.default(0),
  recipient: address.optional(),
  'late-window': duration.default(7_200),
  id: number.default(0n),
});

/** Creates a market; run again with the same options, it finds the one that is there. */
export const createAction: Action = {
  name: 'create',
  usage:
    '--network ADDRESS --mint ADDRESS [--authority ADDRESS] [--fee PERCENT] [--burn PERCENT] [--recipient ACCOUNT] [--late-window TIME] [--id N]',
  summary:
    'creates a market in the token of --mint, whose use the oracles of --network count; without --fee it takes none',
  options,
  async run(command, argv, write) {
    const values = parseOptions(command, argv, options);
    const { json, 'dry-run': dryRun, id, network, mint, recipient = null } = values;
    const connection = await connect(values.url);
    // Says what is there in its place.
    await fetchNetwork(connection, network);
    const acting = await actingFor(connection, values);
    const creator = actorOf(acting).signer;
    const fees = { recipient, feeBps: values.fee, burnBps: values.burn };
    const args: CreateMarket = {
      ...{ creator, id, network, mint, fees, lateWindowSeconds: values['late-window'] },
      authority: values.authority ?? creator,
      tokenProgram: await tokenProgramOf(connection, mint),
    };
    const market = marketAddress(args);
    const isThere = await exists(connection, args);
    await act({
      ...{ ...acting, connection, json, dryRun, write },
      groups: isThere ? [] : [createMarket(args)],
      effects: [
        `creates market ${market} in ${mint}, which waits ${values['late-window'] / 3_600} hours for late reports`,
        ...feesText(fees),
      ],
      done: isThere ? `market ${market} exists already, as the options say` : undefined,
      watched: [],
      next: [`Open an area next: commonwire area create --market ${market} --cell CELL`],
      about: { action: 'create', market: market.toBase58(), id: `${id}` },
      nextStep: marketStep,
    });
  },
};

async function tokenProgramOf(connection: Connection, mint: PublicKey): Promise<PublicKey> {
  const info = await connection.getAccountInfo(mint);
  const program = [TOKEN_PROGRAM_ID, TOKEN_2022_PROGRAM_ID].find((one) => info?.owner.equals(one));
  if (program) return program;
  throw new UsageError(
    `--mint: ${mint} ${info ? `belongs to ${info.owner}` : 'has no account'}, so it is no token on this cluster`,
  );
}

/** Whether the market is there, as it would be made. @throws CliError `market-differs` */
async function exists(connection: Connection, args: CreateMarket): Promise<boolean> {
  const at = marketAddress(args);
  const info = await connection.getAccountInfo(at);
  if (!info?.owner.equals(marketProgram.address)) return false;
  const { network, mint, lateWindowSeconds } = await fetchMarket(connection, at);
  const isSame =
    network.equals(args.network) && mint.equals(args.mint) && lateWindowSeconds === args.lateWindowSeconds;
  if (isSame) return true;
  throw new CliError(
    'market-differs',
    `${args.creator} has made market ${at} under --id ${args.id} with another network, token or late window: give another --id`,
  );
}
