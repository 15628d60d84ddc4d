import { address, flag, httpUrl, parseOptions } from '@commonwire/sdk/node';
import { z } from 'zod';
import type { Command } from '../command';
import { connect } from '../connect';
import { readFacts } from '../status/facts';
import { toJson } from '../status/json';
import { toLines } from '../status/lines';

const options = z.object({ rpc: httpUrl, network: address, json: flag });

/** `commonwire status`. */
export const status: Command = {
  name: 'status',
  summary: 'a network as the chain has it',
  usage: `commonwire status --rpc URL --network ADDRESS [--json]

Who rules a network, who signs for it, whether it is paused or closed, what waits to be promoted, what it has earned
and paid: from the chain alone.

  --rpc URL          RPC node of the cluster
  --network ADDRESS  the network's account
  --json             one JSON document; amounts are base units`,

  async run(argv, write) {
    const { rpc, network, json } = parseOptions('commonwire status', argv, options);
    const facts = await readFacts(await connect(rpc), network);
    if (json) write(JSON.stringify(toJson(facts)));
    else for (const [label, value] of toLines(facts)) write(`${label.padEnd(19)}${value}`);
    return 0;
  },
};
