import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signEd25519 } from '@commonwire/sdk/core';
import { decodeEpochMessage, type EpochMessage, encodeEpochMessage } from '@commonwire/sdk/network';
import type { EpochSignature, LogInfo } from '@commonwire/sdk/oracle';
import { type OracleServer, startServer } from '../../src/api/server';
import { type CloseResult, closeGathered, type Log, type LogHead, referTo } from '../../src/domain';
import { cutOf } from '../../src/epoch/dataset';
import { gatherLogs } from '../../src/log/copies';
import type { Oracle } from '../../src/runtime/oracle';
import { type Closable, closable, messageOf } from '../../src/tasks/close';
import { sync } from '../../src/tasks/sync';
import { gather } from '../domain/model/gather';
import { oracleKeys } from '../domain/support';
import { closeWith, loadLogs, storeDataset } from './closing';
import type { World } from './world';

/** Milliseconds that honest oracles wait for an answer that may never come. */
const IMPATIENT_MS = 500;

/** The answers of a dishonest member at one URL. */
export class Face {
  signatures: EpochSignature[] = [];
  /** Logs that it serves instead of its own, by oracle and epoch; null if it claims to have none. */
  readonly logs = new Map<string, Log | null>();
  /** Pages of the logs that it serves, by SHA-256. */
  readonly pages = new Map<string, Uint8Array>();
  /** Replaces answers by path and query; undefined for the usual answer. */
  answer: (url: URL, response: ServerResponse) => unknown = () => undefined;

  serve(log: Log): void {
    this.logs.set(`${log.head.oracle}:${log.head.epoch}`, log);
    for (const run of log.runs)
      for (const [i, name] of referTo(run).pages.entries()) this.pages.set(name, run.pages[i]!);
  }

  withhold(oracle: string, epoch: number): void {
    this.logs.set(`${oracle}:${epoch}`, null);
  }
}

/**
 * A dishonest committee member. It has only its own key and decides what it stores, signs and serves to whom: it has
 * one URL for all peers or one for each.
 */
export class DishonestMember {
  /** The answers at its usual URL. */
  readonly face = new Face();
  private readonly servers: Server[] = [];
  private hidden!: OracleServer;

  private constructor(
    private readonly world: World,
    readonly i: number,
    /** The original oracle with its store, its copies of logs and its code. */
    readonly oracle: Oracle,
  ) {}

  /** Turns a running oracle dishonest. From now on it only does what a test makes it do. */
  static async turn(world: World, i: number): Promise<DishonestMember> {
    const { oracle } = world.at(i);
    await world.kill(i);
    const member = new DishonestMember(world, i, oracle);
    member.hidden = await startServer(oracle);
    world.guests.push(member);
    await member.listen(member.face, Number(new URL(world.url(i)).port));
    return member;
  }

  /** Opens a separate URL for one peer, which is restarted with it. */
  async faceFor(peer: number): Promise<Face> {
    const face = new Face();
    const url = await this.listen(face, 0);
    const { peerUrls } = this.world.at(peer).oracle;
    await this.world.kill(peer);
    await this.world.run(peer, {
      peerUrls: peerUrls.map((one) => (one === this.world.url(this.i) ? url : one)),
    });
    return face;
  }

  /** Restarts its peers with a shorter timeout for answers. */
  async keepWaiting(): Promise<void> {
    for (const [peer, running] of this.world.running.entries()) {
      if (!running) continue;
      await this.world.kill(peer);
      await this.world.run(peer, { peerMs: IMPATIENT_MS });
    }
  }

  /** Seals its log and copies those of the others. */
  async gather(): Promise<{ due: Closable; logs: readonly Log[] }> {
    await sync(this.oracle);
    const due = (await closable(this.oracle))!;
    const { logs } = await gatherLogs(this.oracle, due.epoch, due.network.committee.keys, due.previous);
    return { due, logs: await loadLogs(this.oracle, logs) };
  }

  /** Returns its real log of an epoch. */
  async ownLog(epoch: number): Promise<Log> {
    const { logs } = await this.gather();
    return logs.find(({ head }) => head.oracle === this.oracle.address && head.epoch === epoch)!;
  }

  /** Closes with any logs and with any replaced parts of the oracle. */
  close(due: Closable, logs: readonly Log[], changes: Partial<Oracle> = {}): CloseResult {
    return closeWith({ ...this.oracle, ...changes }, due, logs);
  }

  /** Closes with reports that need not match the heads it lists. */
  closeAnyhow(due: Closable, heads: readonly LogHead[], logs: readonly Log[]): CloseResult {
    const { identity, policy, registry } = this.oracle;
    const { epoch: inEpoch, device } = due.network.nextLimits;
    return closeGathered({
      identity,
      epoch: due.epoch,
      cut: cutOf(due.network, due.epoch)!,
      limits: { epoch: `${inEpoch}`, device: `${device}` },
      registry: registry.known,
      policy,
      heads,
      gathered: gather(logs),
      previous: due.previous,
    });
  }

  /** Signs a result with changes to the message, stores the dataset and serves the signature. */
  async propose(
    due: Closable,
    result: CloseResult,
    { attempt = 0, faces = [this.face], ...changes }: Partial<EpochMessage> & { faces?: Face[] } = {},
  ): Promise<EpochMessage> {
    await storeDataset(this.oracle, result);
    const message = { ...messageOf(this.oracle, due, result, attempt), ...changes };
    for (const face of faces) face.signatures.push(this.sign(message));
    return message;
  }

  sign(message: EpochMessage): EpochSignature {
    const bytes = encodeEpochMessage(message);
    const signature = signEd25519(bytes, oracleKeys(this.world.members)[this.i]!);
    const base64 = (part: Uint8Array) => Buffer.from(part).toString('base64');
    return { attempt: message.attempt, message: base64(bytes), signature: base64(signature) };
  }

  async stop(): Promise<void> {
    for (const server of this.servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await this.hidden.stop();
  }

  private async listen(face: Face, port: number): Promise<string> {
    const server = createServer((request, response) => {
      this.respond(face, request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    this.servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  private async respond(face: Face, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.hidden.url);
    if (face.answer(url, response) !== undefined) return;
    const page = face.pages.get(url.pathname.split('/').at(-1)!);
    if (page) {
      response.end(page);
      return;
    }
    const shown = this.shown(face, url);
    if (shown !== undefined) {
      response.writeHead(shown === null ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(shown ?? { error: { code: 'not-found', message: 'no such log' } }));
      return;
    }
    const answer = await fetch(url);
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  /** Returns a face's replacement for a request; undefined if there is none, null for a denial. */
  private shown(face: Face, { pathname, searchParams }: URL): object | null | undefined {
    const { address } = this.oracle;
    const [, , kind, epoch, last] = pathname.split('/');
    if (kind === 'epochs' && last === 'signatures') {
      const about = face.signatures.filter(({ message }) => epochOf(message) === Number(epoch));
      return { epoch: Number(epoch), oracle: address, signatures: about, witnessed: [], refusals: [] };
    }
    if (kind !== 'logs') return undefined;
    const log = face.logs.get(`${searchParams.get('oracle') ?? address}:${epoch}`);
    return log && infoOf(log);
  }
}

/** What an oracle answers about a log. */
const infoOf = ({ head, runs }: Log): LogInfo => ({
  oracle: head.oracle,
  epoch: head.epoch,
  head: { ...head },
  runs: runs.map(referTo).map(({ pages, ...run }) => ({ ...run, pages: [...pages] })),
});

const epochOf = (message: string): number =>
  Number(decodeEpochMessage(new Uint8Array(Buffer.from(message, 'base64'))).epoch);
