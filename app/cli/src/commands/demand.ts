import { sendAndConfirm } from '@commonwire/sdk/core';
import { demandAddress, demandLeaf, fetchNetwork } from '@commonwire/sdk/network';
import {
  address,
  DEFAULT_KEYPAIR,
  deviceIndex,
  flag,
  httpUrl,
  parseOptions,
  readKeypair,
} from '@commonwire/sdk/node';
import { z } from 'zod';
import type { Command } from '../command';
import { connect } from '../connect';
import { CliError } from '../errors';

const options = z.object({
  rpc: httpUrl,
  network: address,
  index: deviceIndex,
  keypair: z.string().default(DEFAULT_KEYPAIR),
  json: flag,
});

/** `commonwire demand`. */
export const demand: Command = {
  name: 'demand',
  summary: "demands that a device's leaf in the pending epoch be shown",
  usage: `commonwire demand --rpc URL --network ADDRESS --index N [--keypair FILE] [--json]

Demands that a leaf of the pending epoch be shown, such as that of your own device if no oracle serves its dataset. The
network's policy says what that stakes and how long there is to answer. Whoever shows the leaf gets the stake; if nobody
does, the epoch becomes void and the stake comes back. Leaves are demanded in the first half of the challenge period.

  --rpc URL          RPC node of the cluster
  --network ADDRESS  the network's account
  --index N          the device
  --keypair FILE     pays stake, rent and fee (default: ${DEFAULT_KEYPAIR})
  --json             one JSON document`,

  async run(argv, write) {
    const { rpc, network, index, keypair, json } = parseOptions('commonwire demand', argv, options);
    const connection = await connect(rpc);
    const { pending, policy } = await fetchNetwork(connection, network);
    if (!pending) throw new CliError('nothing-pending', `network ${network} has no pending epoch`);
    if (index >= pending.deviceCount) {
      const there = `epoch ${pending.epoch} has devices 0 to ${pending.deviceCount - 1}`;
      throw new CliError('no-such-device', `there is no device ${index}: ${there}`);
    }
    const demander = readKeypair(keypair);
    const at = { network, epoch: pending.epoch, attempt: pending.attempt, index };
    const instruction = demandLeaf({ ...at, demander: demander.publicKey });
    const signature = await sendAndConfirm(connection, demander, [instruction]);
    const address = demandAddress(at).toBase58();
    const { epoch, attempt, answerSeconds } = pending;
    if (json) {
      const facts = { demand: address, epoch: Number(epoch), attempt, index };
      const staked = { bond: `${policy.demandBond}`, answer_seconds: answerSeconds };
      write(JSON.stringify({ ...facts, ...staked, signature }));
      return 0;
    }
    write(`demanded   device ${index} of epoch ${epoch}, attempt ${attempt}`);
    write(`staked     ${policy.demandBond} lamports in ${address}`);
    write(`answer     within ${answerSeconds} s, or the epoch becomes void`);
    write(`transaction ${signature}`);
    return 0;
  },
};
