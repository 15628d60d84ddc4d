import { expect } from 'chai';
import {
  encodeEntry,
  genesis,
  type Log,
  type LogHead,
  lastHead,
  type PreviousState,
  referTo,
  toRuns,
} from '../../src/domain';
import { gatherLogs } from '../../src/log/copies';
import { listedLogs } from '../../src/log/listed-logs';
import { storeCopy } from '../../src/log/records';
import { type Closable, closable } from '../../src/tasks/close';
import { bytesOf, committee, hashOfHead, identity, signed, signLog } from '../domain/support';
import { World } from '../support/world';

const MEMBER = 1;
/** Of the epoch that is closed. */
const EPOCH = 20;

describe('oracle: a member that brings many logs at once', () => {
  let world: World;
  let due: Closable;
  /** Its logs of the last epochs, each with a report. */
  let logs: Log[];

  beforeEach(async () => {
    world = await new World().start();
    await world.tick();
    world.pass(61);
    await world.chain.cut();
    await world.tick();
    due = { ...(await closable(world.at(0).oracle))!, epoch: EPOCH };
    const entry = encodeEntry(world.time, [bytesOf(signed(world.devices[0]!))]);
    logs = [];
    for (let epoch = EPOCH - 8; epoch <= EPOCH; epoch++) {
      const previous = logs.at(-1) ? hashOfHead(logs.at(-1)!) : '0'.repeat(64);
      logs.push(
        signLog(MEMBER, [...toRuns([entry])], { epoch, sealed_at: world.time, previous, refused: {} }),
      );
    }
  });
  afterEach(() => world.stop());

  it('has some in the next dataset and the others in the one after that', async () => {
    const { oracle } = world.at(0);
    for (const { head, runs } of logs)
      await storeCopy(oracle.store, { head, runs: runs.map(referTo), at: world.time });
    const gather = async (previous: PreviousState) => {
      const found = await gatherLogs(oracle, EPOCH, [committee[MEMBER]!], previous);
      return found.logs.map(({ head }) => head.epoch);
    };
    const heads = logs.map(({ head }) => head);
    expect(await gather(genesis)).to.deep.equal(heads.slice(0, 8).map(({ epoch }) => epoch));
    const after = { ...genesis, heads: [lastHead(identity.network, heads[7]!)] };
    expect(await gather(after)).to.deep.equal([EPOCH]);
  });

  it('costs nobody anything if a leader lists them all', async () => {
    const { oracle } = world.at(0);
    const asked: string[] = [];
    for (const i of [MEMBER, 2])
      world.at(i).oracle.events.on('request', ({ route }) => void asked.push(route));
    const heads: LogHead[] = logs.map(({ head }) => head);
    const refusal = await listedLogs({ oracle, due, heads, copies: [], leader: committee[MEMBER] }).catch(
      (error: unknown) => error,
    );
    expect(refusal).to.include({
      code: 'bad-manifest',
      message: `9 logs of ${committee[MEMBER]} are listed, more than one dataset takes`,
    });
    expect(asked).to.deep.equal([]);
  });
});
