/** One side of a bandwidth session in a process of its own, which a test kills. */
import { BandwidthClient, Hotspot, reach } from '../src/bandwidth';
import { OFFER, ORDER, order, PRICE, SESSION } from './bandwidth-support';

async function main([side, folder = '', port = '']: readonly string[]): Promise<void> {
  if (side === 'hotspot') {
    const hotspot = new Hotspot({
      offer: OFFER,
      price: PRICE,
      folder,
      findOrder: async () => order(),
      reach: reach(() => true),
    });
    process.send!((await hotspot.listen(0, '127.0.0.1')).port);
    return;
  }
  const stop = new AbortController();
  process.once('message', () => stop.abort());
  const hotspot = `http://127.0.0.1:${port}`;
  const client = await BandwidthClient.start({
    hotspot,
    address: ORDER,
    order: order(),
    session: SESSION,
    offer: OFFER,
    folder,
  });
  process.send!((await client.listen(0)).port);
  await client.run(stop.signal);
  process.disconnect();
}

void main(process.argv.slice(2));
