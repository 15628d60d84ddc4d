import { statSync } from 'node:fs';
import { computeUnits, sendAndConfirm, sha256, u32 } from '@commonwire/sdk/core';
import {
  CALENDAR_QUARTERS,
  climbUsage,
  quarterOf,
  reserve,
  settleUse,
  settleVoucher,
  signVoucher,
  usageLeafHash,
  voucherOf,
} from '@commonwire/sdk/market';
import { prebuilt } from '@commonwire/toolchain/prebuilt';
import { Keypair } from '@solana/web3.js';
import { startEmbedded } from '../support/chain';
import { MARKET, newId, TestMarket } from '../support/market';
import { NETWORK } from '../support/network';
import type { Figure, Suite } from './figures';

const DEPTH = 20;
/** A place in a tree of that depth: half of its siblings are to the left. */
const PLACE = { index: 0x55555, count: 2 ** DEPTH };

/** Measures compute units and bytes of the market program on the embedded chain. */
export const marketSuite: Suite = async (progress) => {
  progress('trading in a market');
  const chain = await startEmbedded([NETWORK, MARKET]);
  const market = await TestMarket.create(chain);
  await market.admit(0, 1);
  const [seller, buyer] = [await market.wallet(0n), await market.wallet()];
  const accounts = [
    await market.order(await market.createOrder(buyer)),
    await market.offer(await market.createOffer(seller)),
  ];
  const vouchers = await voucherUnits(market, buyer);
  let most = 0;
  for (const account of accounts) {
    const leaf = market.leafOf(account, 100n, 2_000n);
    const nodes = Array.from({ length: DEPTH }, (_, level) => sha256(u32(level)));
    const proof = { ...PLACE, nodes };
    await market.promote(climbUsage(usageLeafHash(leaf), proof)!);
    const settlement = settleUse({ market: await market.market(), leaf, proof });
    const signature = await sendAndConfirm(chain.connection, chain.payer, [settlement]);
    most = Math.max(most, await computeUnits(chain.connection, signature));
  }
  const reserving = await reserveUnits(market, buyer);
  await chain.close();
  const figures: Figure[] = [
    { name: 'program.market.bytes', value: statSync(prebuilt('market')).size, unit: 'bytes' },
    { name: 'market.settle_use.cu', value: most, unit: 'compute units' },
    { name: 'market.voucher.cu', value: vouchers, unit: 'compute units' },
    { name: 'market.reserve.cu', value: reserving, unit: 'compute units' },
  ];
  return figures;
};

/** Compute units of settling a voucher of a new order, which the session key has signed for the Ed25519 precompile. */
async function voucherUnits(market: TestMarket, buyer: Keypair): Promise<number> {
  const session = Keypair.generate();
  const hotspot = await market.createOffer(await market.wallet(0n), { use: 'bandwidth', devices: [3] });
  const terms = { use: 'bandwidth', sessionKey: session.publicKey.toBytes() } as const;
  const order = await market.order(await market.createOrder(buyer, terms, newId(), hotspot));
  const totals = { units: 100n, cost: 2_000n };
  const signature = signVoucher(voucherOf(order, totals), session.secretKey.slice(0, 32));
  const { connection, payer } = market.chain;
  const settling = settleVoucher({ order, totals, signature });
  return computeUnits(connection, await sendAndConfirm(connection, payer, settling));
}

/** Compute units of reserving all that a bay's calendar holds, after as long: all of it is forgotten, looked at and taken. */
async function reserveUnits(market: TestMarket, buyer: Keypair): Promise<number> {
  const { connection, payer, passSeconds } = market.chain;
  const until = (await market.now()) + 70n * 86_400n;
  const terms = { use: 'parking', until } as const;
  const bay = await market.createOffer(await market.wallet(0n), { ...terms, minPrice: 1n, devices: [3] });
  const address = await market.createOrder(buyer, terms, newId(), bay);
  await passSeconds(31 * 86_400);
  const [order, driver] = [await market.order(address), buyer.publicKey];
  const at = { first: quarterOf(await market.now()), quarters: CALENDAR_QUARTERS };
  return computeUnits(
    connection,
    await sendAndConfirm(connection, payer, [reserve({ order, driver, at })], { signers: [buyer] }),
  );
}
