import { proposeAssetAuthority, unstakeShares } from '@commonwire/sdk/assets';
import type { LedgerEntry } from '@commonwire/sdk/network';
import type { Keypair } from '@solana/web3.js';
import { fund, type TestChain } from '../../chain';
import { TestNetwork } from '../../network';
import { DAY, TestAsset } from '../test-asset';

/** Assets at the moments at which, between them, every instruction can succeed, and a network that one of them has devices in. */
export interface Stages {
  chain: TestChain;
  payer: Keypair;
  network: TestNetwork;
  entries: LedgerEntry[];
  /** Being funded; its funder has a permit and some shares. */
  funding: TestAsset;
  funder: Keypair;
  /** All shares are sold, but funding was not ended. */
  sold: TestAsset;
  /** Funded, with a stake that has income of both streams, and a tranche announced; something has arrived to be swept. */
  owned: TestAsset;
  holder: Keypair;
  /** Proposed as authority of `owned`. */
  heir: Keypair;
  /** Funded, with a tranche to be paid. */
  payable: TestAsset;
  /** Funded, with nothing announced. */
  built: TestAsset;
  /** Missed its goal; its holder has shares. */
  failed: TestAsset;
  failedHolder: Keypair;
  /** Clawed back; its holder has shares and an empty stake. */
  clawed: TestAsset;
  clawedHolder: Keypair;
  /** Missed its goal, and nobody holds anything. */
  closing: TestAsset;
}

/** Two sets of stages with nobody in common. Time passes for both at once. */
export async function setStages(chain: TestChain): Promise<[Stages, Stages]> {
  const both = [await begin(chain), await begin(chain)] as const;
  await chain.passSeconds(12 * DAY);
  const stages: Stages[] = [];
  for (const early of both) stages.push(await go(chain, early));
  return stages as [Stages, Stages];
}

/** What needs time to pass: assets whose deadline is over, a tranche that is announced, income that streams. */
async function begin(chain: TestChain) {
  const payer = await fund(chain.connection, 100);
  const network = await TestNetwork.create(chain);
  const owned = await TestAsset.create(chain, { permits: true, reward: { mint: network.mint } });
  const holder = await owned.wallet();
  await network.openAccounts([holder.publicKey, owned.authority.publicKey]);
  await owned.fund(holder, 100n);
  await owned.finalize();
  await owned.stake(holder, 60n);
  await owned.deposit(1_000_000n);

  const built = await TestAsset.create(chain);
  await built.funded(100n);
  const payable = await TestAsset.create(chain);
  await payable.funded(100n);
  await payable.give(payable.builder.publicKey, 0n);
  await payable.announce();

  const failed = await TestAsset.create(chain, { permits: true });
  const failedHolder = await failed.wallet();
  await failed.fund(failedHolder, 5n);
  const closing = await TestAsset.create(chain);
  for (const stream of [0, 1]) await closing.give(closing.authority.publicKey, 0n, stream);
  return { payer, network, owned, holder, built, payable, failed, failedHolder, closing };
}

async function go(chain: TestChain, early: Awaited<ReturnType<typeof begin>>): Promise<Stages> {
  const { owned, network, failed, closing } = early;
  await failed.finalize();
  await closing.finalize();
  for (const stream of [0, 1]) await closing.give(closing.address, 50n, stream);
  const entries = await earn(early);
  const heir = await fund(chain.connection, 1);
  const newAuthority = heir.publicKey;
  await owned.send(proposeAssetAuthority({ asset: await owned.asset(), newAuthority }), [owned.authority]);
  await network.openPage();
  await owned.give(owned.address, 500n);

  const funding = await TestAsset.create(chain, { permits: true });
  const funder = await funding.wallet();
  const sold = await TestAsset.create(chain);
  await sold.fund(await sold.wallet(), 100n);

  const clawed = await TestAsset.create(chain, { permits: true });
  const [clawedHolder] = await clawed.funded(100n);
  await clawed.stake(clawedHolder!, 10n);
  await clawed.send(
    unstakeShares({ asset: await clawed.asset(), owner: clawedHolder!.publicKey, shares: 10n }),
    [clawedHolder!],
  );
  await clawed.openClawBack();
  await owned.announce();
  return {
    chain,
    ...early,
    entries,
    heir,
    funding,
    funder,
    sold,
    clawed,
    clawedHolder: clawedHolder!,
  };
}

/** Registers a device of the asset, and lets it earn. */
async function earn({ owned, network }: Awaited<ReturnType<typeof begin>>): Promise<LedgerEntry[]> {
  await owned.registerDevices(network, 2);
  const entries = [3_000n, 4_000n].map((earned) => ({ owner: owned.address.toBytes(), earned }));
  await network.epoch(entries);
  return entries;
}
