import { fromHex, signEd25519 } from '@commonwire/sdk/core';
import {
  type EpochMessage,
  encodeEpochMessage,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
} from '@commonwire/sdk/network';
import { type CloseResult, datasetHash } from '../../src/domain';
import { canonicalBytes } from '../../src/domain/canonical';
import { rewardLine } from '../../src/domain/lines';
import { toParts } from '../../src/domain/parts';
import { gatherLogs } from '../../src/log/copies';
import { closable, messageOf } from '../../src/tasks/close';
import { sync } from '../../src/tasks/sync';
import { HOUR, MINUTE, NOON, oracles, signed } from '../domain/support';
import { closeWith, loadLogs, storeDataset } from './closing';
import type { World } from './world';

/** The oracle of a world whose key the majority doesn't have. */
export const HONEST = 0;
/** Two of three, enough for the threshold. */
const DISHONEST = [1, 2];

/** What the keys of two of a world's three oracles are used for, past these oracles. */
export class DishonestMajority {
  constructor(private readonly world: World) {}

  /** Sends reports to these oracles and cuts the epoch; every log of theirs is sealed, nothing is closed. */
  async collect(members: readonly number[] = [0, 1, 2]): Promise<void> {
    const { world } = this;
    const start = NOON + world.chain.cuts.length * 15 * MINUTE;
    world.time = (start + HOUR) * 1000;
    for (const i of members) await world.at(i).client.submit([signed(world.devices[i]!, { start })]);
    await world.chain.cut();
    for (const i of members) await sync(world.at(i).oracle);
  }

  /** The outcome that honest oracles compute. */
  async honestly(): Promise<{ result: CloseResult; message: EpochMessage }> {
    const { oracle } = this.world.at(1);
    const due = (await closable(oracle))!;
    const { logs } = await gatherLogs(oracle, due.epoch, due.network.committee.keys, due.previous);
    const result = closeWith(oracle, due, await loadLogs(oracle, logs));
    return { result, message: messageOf(oracle, due, result, this.world.chain.attempt) };
  }

  /**
   * Posts another ledger and publishes or withholds its dataset. @returns the ledger's tree
   * @param beyond leaves that the tree holds behind those of the devices
   */
  async usurp(
    change: (rewards: CloseResult['rewards']) => readonly LedgerEntry[],
    { published = true, beyond = [] }: { published?: boolean; beyond?: readonly LedgerEntry[] } = {},
  ): Promise<LedgerTree> {
    const { result, message } = await this.honestly();
    const entries = change(result.rewards);
    const { references, parts } = toParts(
      entries.map((entry, i) => rewardLine({ ...result.rewards[i]!, ...entry })),
    );
    const manifest = { ...result.manifest, parts: { ...result.manifest.parts, rewards: references } };
    const manifestBytes = canonicalBytes(manifest);
    if (published) await storeDataset(this.world.at(1).oracle, { ...result, parts, manifestBytes });
    const tree = LedgerTree.fromLeaves(ledgerLeaves([...entries, ...beyond]));
    const { root: ledgerRoot, earnedTotal } = tree;
    await this.post(
      { ...message, ledgerRoot, earnedTotal, datasetHash: fromHex(datasetHash(manifestBytes)) },
      tree.opening(entries[0]?.owner),
    );
    return tree;
  }

  async post(message: EpochMessage, opening: Uint8Array): Promise<void> {
    const bytes = encodeEpochMessage(message);
    const signatures = DISHONEST.map((i) => ({
      publicKey: oracles[i]!.publicKey,
      signature: signEd25519(bytes, oracles[i]!),
    }));
    await this.world.chain.post(message, { signatures, approvals: [] }, opening);
  }
}
