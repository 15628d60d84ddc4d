import { type AuctionOrder, clearAuction } from '@commonwire/sdk/market';
import { decimals, type Suite, timed } from './figures';

const SIZES = [10_000, 100_000] as const;
const ROUNDS = 9;
/** Base units a Wh. Few levels, so that many orders share each, and the marginal one is divided. */
const BIDS = { least: 150, levels: 150 };
const ASKS = { least: 80, levels: 150 };

/** Measures how long an area with so many orders is cleared for one interval, and how that grows. */
export const auctionSuite: Suite = async (progress) => {
  const seconds: number[] = [];
  for (const size of SIZES) {
    progress(`clearing ${size.toLocaleString('en-US')} orders`);
    seconds.push(await clearing(size));
  }
  const [small, large] = seconds as [number, number];
  return [
    { name: 'auction.100k_orders.ms', value: decimals(large * 1_000, 1), unit: 'ms' },
    { name: 'auction.growth_10k_100k', value: decimals(large / small, 1), unit: 'times' },
  ];
};

/** The median of some rounds. Half of the orders buy. @throws if nothing trades, or not as much is sold as is bought */
async function clearing(size: number): Promise<number> {
  const next = numbers(size);
  const side = ({ least, levels }: typeof BIDS): AuctionOrder[] =>
    Array.from({ length: size / 2 }, () => ({
      quantity: BigInt(1 + (next() % 2_000)),
      price: BigInt(least + (next() % levels)),
    }));
  const [bids, asks] = [side(BIDS), side(ASKS)];
  const taken: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { value, seconds } = await timed(() => clearAuction(bids, asks));
    const sum = (units: readonly bigint[]) => units.reduce((all, one) => all + one, 0n);
    const isEven = value.quantity === sum(value.bids) && value.quantity === sum(value.asks);
    if (value.quantity === 0n || !isEven) throw new Error(`${size} orders were cleared wrongly`);
    taken.push(seconds);
  }
  return taken.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
}

/** Numbers that are the same at every measurement: a linear congruential generator with the constants of Numerical Recipes. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    // Its lower bits repeat soon.
    return state >>> 8;
  };
}
