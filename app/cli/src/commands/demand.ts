import { demandAddress, demandLeaf, fetchNetwork } from '@commonwire/sdk/network';
import { deviceIndex, parseOptions, Signing, signingOptions, signingUsage } from '@commonwire/sdk/node';
import { z } from 'zod';
import type { Command } from '../command';
import { connect } from '../connect';
import { CliError } from '../errors';
import { JSON_USAGE, NETWORK_USAGE, networkOptions } from '../options';
import { printTransactions } from '../print';

const options = z.object({
  ...networkOptions,
  ...signingOptions,
  index: deviceIndex,
});

/** `commonwire demand`. */
export const demand: Command = {
  name: 'demand',
  summary: "demands that a device's leaf in the pending epoch be shown",
  usage: `commonwire demand --url URL --network ADDRESS --index N [--keypair FILE] [--json]

Demands that a leaf of the pending epoch be shown, such as that of your own device if no oracle serves its dataset. The
network's policy says what that stakes and how long there is to answer. Whoever shows the leaf gets the stake; if nobody
does, the epoch becomes void and the stake comes back. Leaves are demanded in the first half of the challenge period.

${NETWORK_USAGE}
  --index N          the device
${signingUsage('pays stake, rent and fee')}
${JSON_USAGE}`,

  async run(argv, write) {
    const given = parseOptions('commonwire demand', argv, options);
    const { url, network, index, json } = given;
    const signing = Signing.read(given);
    const connection = await connect(url);
    const { pending, policy } = await fetchNetwork(connection, network);
    if (!pending) throw new CliError('nothing-pending', `network ${network} has no pending epoch`);
    if (index >= pending.deviceCount) {
      const there = `epoch ${pending.epoch} has devices 0 to ${pending.deviceCount - 1}`;
      throw new CliError('no-such-device', `there is no device ${index}: ${there}`);
    }
    const { signer: demander } = signing;
    const at = { network, epoch: pending.epoch, attempt: pending.attempt, index };
    const instructions = [demandLeaf({ ...at, demander })];
    if (signing.prints) {
      const effects = [`demands device ${index} of epoch ${pending.epoch} for ${policy.demandBond} lamports`];
      return printTransactions({ signing, connection, transactions: [instructions], effects, json, write });
    }
    const signature = await signing.send(connection, instructions);
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
