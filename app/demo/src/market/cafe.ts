import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BandwidthClient,
  Hotspot,
  type LastVoucher,
  ordersOnChain,
  reach,
  SessionState,
} from '@commonwire/device';
import { type Ed25519KeyPair, ed25519KeyPair, fromBase64 } from '@commonwire/sdk/core';
import { Kind } from '@commonwire/sdk/device';
import { cancelOrder, fetchOffer, fetchOrder, type Order, settleVoucher } from '@commonwire/sdk/market';
import { fetchRegistry, NO_LIMIT, registerDevices } from '@commonwire/sdk/network';
import { Keypair, type PublicKey } from '@solana/web3.js';
import type { Stage } from '../stage';
import type { Exchange } from './exchange';
import { WIFI } from './plan';

const LOCAL = '127.0.0.1';

/** A café that shares its Wi-Fi. A guest pays each step with a voucher, and the café settles the last one. */
export class Cafe {
  private constructor(
    private readonly stage: Stage,
    private readonly exchange: Exchange,
    /** Its hotspot's index in the registry. */
    private readonly device: number,
    private readonly owner: Keypair,
    private readonly guest: Keypair,
  ) {}

  /** Registers the hotspot, and gives the guest money. */
  static async found(
    stage: Stage,
    { exchange, network, h3Cell }: { exchange: Exchange; network: PublicKey; h3Cell: bigint },
  ): Promise<Cafe> {
    const [owner, guest] = [Keypair.generate(), Keypair.generate()];
    const { deviceCount } = await fetchRegistry(stage.connection, network);
    const registering = registerDevices({
      ...{ network, owner: owner.publicKey, payer: stage.payer.publicKey, kind: Kind.bandwidth },
      devices: [{ publicKey: Keypair.generate().publicKey.toBytes(), h3Cell, capacity: WIFI.kilobits }],
      maxFee: NO_LIMIT,
    });
    await stage.send(registering, [owner]);
    await exchange.giveMoney([
      { owner: owner.publicKey, amount: 0n },
      { owner: guest.publicKey, amount: WIFI.budget },
    ]);
    return new Cafe(stage, exchange, deviceCount, owner, guest);
  }

  /** A guest orders, uses the hotspot, pays and leaves. @returns what it paid, base units */
  async visit(): Promise<bigint> {
    const { stage, guest } = this;
    const session = ed25519KeyPair(randomBytes(32));
    const order = await this.order(session);
    await stage.until(order.terms.from);
    const { units, cost, signature } = await this.use(order, session);
    await stage.send(settleVoucher({ order, totals: { units, cost }, signature: fromBase64(signature) }));
    await stage.send(cancelOrder(order), [guest]);
    stage.say(`café: a guest used ${units} MB of its Wi-Fi, and its voucher is settled`);
    return cost;
  }

  private async order(session: Ed25519KeyPair): Promise<Order> {
    const { stage, exchange, owner, guest, device } = this;
    const { connection } = stage;
    const now = await stage.now();
    const span = { from: now, until: now + WIFI.seconds };
    const { price: minPrice, capacity, budget } = WIFI;
    const [offer] = await exchange.place(
      [
        {
          owner,
          terms: { use: 'bandwidth', ...span, minPrice, capacity, devices: [device], cancelFeeBps: 0 },
        },
      ],
      [],
    );
    const { ask: maxPrice } = await fetchOffer(connection, offer!);
    const terms = { ...span, budget, maxPrice, device: 0, sessionKey: session.publicKey };
    const [order] = await exchange.place(
      [],
      [{ owner: guest, offer: offer!, terms: { use: 'bandwidth', ...terms } }],
    );
    return fetchOrder(connection, order!);
  }

  /** Reads something through the hotspot with the guest's client, as two machines would. @returns the café's last voucher */
  private async use(order: Order, session: Ed25519KeyPair): Promise<LastVoucher> {
    const [address, offer] = [order.address.toBase58(), order.counterparty];
    const findOrder = ordersOnChain(this.stage.connection, offer);
    const folder = await mkdtemp(join(tmpdir(), 'commonwire-cafe-'));
    const [theirs, ours] = [join(folder, 'cafe'), join(folder, 'guest')];
    const web = createServer((_, response) => response.end(Buffer.alloc(WIFI.bytes)));
    const hotspot = new Hotspot({
      ...{ offer: offer.toBase58(), price: order.terms.maxPrice, folder: theirs, findOrder },
      // What the guest reads is on this machine too.
      reach: reach(() => true),
    });
    try {
      await once(web.listen(0, LOCAL), 'listening');
      const { port } = await hotspot.listen(0, LOCAL);
      const client = await BandwidthClient.start({
        ...{ hotspot: `http://${LOCAL}:${port}`, address, offer: offer.toBase58(), folder: ours },
        ...{ session, order: await findOrder(address) },
      });
      const left = new AbortController();
      const paying = client.run(left.signal);
      try {
        await read((await client.listen(0, LOCAL)).port, (web.address() as AddressInfo).port);
      } finally {
        left.abort();
        await paying;
      }
      const state = new SessionState(theirs, address, order.birth);
      state.close();
      return state.last!;
    } finally {
      await hotspot.close();
      web.close();
      web.closeAllConnections();
      await rm(folder, { recursive: true });
    }
  }
}

/** Reads a page of this machine's web server through a proxy. */
async function read(proxy: number, port: number): Promise<void> {
  const request = get({ host: LOCAL, port: proxy, path: `http://${LOCAL}:${port}/`, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  await once(response.resume(), 'end');
}
