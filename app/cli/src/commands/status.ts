import { parseOptions } from '@commonwire/sdk/node';
import { z } from 'zod';
import type { Command } from '../command';
import { connect } from '../connect';
import { JSON_USAGE, NETWORK_USAGE, networkOptions } from '../options';
import { readFacts } from '../status/facts';
import { toJson } from '../status/json';
import { toLines } from '../status/lines';

const options = z.object(networkOptions);

/** `commonwire status`. */
export const status: Command = {
  name: 'status',
  group: 'network',
  summary: 'shows the state of a network on chain',
  usage: `commonwire status --url URL --network ADDRESS [--json]

Shows who governs a network, who signs for it, whether it is paused or closed, which epoch is pending, and what was
earned and paid. Reads only the chain.

${NETWORK_USAGE}
${JSON_USAGE}`,
  examples: ['commonwire status --url devnet --network NETWORK', 'commonwire status --json'],
  options,

  async run(argv, write) {
    const { url, network, json } = parseOptions('commonwire status', argv, options);
    const facts = await readFacts(await connect(url), network);
    if (json) write(JSON.stringify(toJson(facts)));
    else for (const [label, value] of toLines(facts)) write(`${label.padEnd(19)}${value}`);
    return 0;
  },
};
