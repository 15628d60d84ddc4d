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
  summary: 'shows the state of a network on chain',
  usage: `commonwire status --rpc URL --network ADDRESS [--json]

Shows who governs a network, who signs for it, whether it is paused or closed, which epoch is pending, and what was
earned and paid. Reads only the chain.

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
