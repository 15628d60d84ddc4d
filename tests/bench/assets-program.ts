import { statSync } from 'node:fs';
import { claimRevenue, depositRevenue, fundAsset, syncPermit } from '@commonwire/sdk/assets';
import { computeUnits, sendAndConfirm } from '@commonwire/sdk/core';
import { prebuilt } from '@commonwire/toolchain/prebuilt';
import type { Keypair, TransactionInstruction } from '@solana/web3.js';
import { ASSETS, DAY, TestAsset } from '../support/assets';
import { type EmbeddedChain, startEmbedded } from '../support/chain';
import { NETWORK } from '../support/network';
import type { Figure, Suite } from './figures';

/** Measures compute units and bytes of the assets program on the embedded chain. */
export const assetsSuite: Suite = async (progress) => {
  progress('owning assets');
  const chain = await startEmbedded([NETWORK, ASSETS]);
  const plain = await measureAsset(chain, false);
  const permitted = await measureAsset(chain, true);
  await chain.close();
  const cu = (name: string, value: number): Figure => ({ name, value, unit: 'compute units' });
  return [
    { name: 'program.assets.bytes', value: statSync(prebuilt('assets')).size, unit: 'bytes' },
    cu('assets.fund.cu', plain.fund),
    cu('assets.fund_permitted.cu', permitted.fund),
    cu('assets.deposit_revenue.cu', plain.deposit),
    cu('assets.claim.cu', plain.claim),
    cu('assets.sync_permit.cu', permitted.sync),
  ];
};

/** What one asset's instructions cost, the streams being in the middle of a window that follows another. */
async function measureAsset(chain: EmbeddedChain, permits: boolean) {
  const { connection, payer } = chain;
  const units = async (instruction: TransactionInstruction, ...signers: Keypair[]) =>
    computeUnits(connection, await sendAndConfirm(connection, payer, [instruction], { signers }));
  const asset = await TestAsset.create(chain, { permits });
  const ann = await asset.wallet();
  const owner = ann.publicKey;
  const fund = await units(fundAsset({ asset: await asset.asset(), funder: owner, shares: 50n }), ann);
  await asset.finalize();
  await asset.stake(ann, 40n);
  const pass = async () => {
    for (const stream of [0, 1]) await asset.deposit(1_000_000n, stream);
    await asset.nextWindow();
    await chain.passSeconds(DAY / 2);
  };
  await pass();
  const state = await asset.asset();
  const deposit = await units(depositRevenue({ asset: state, depositor: owner, amount: 1_000n }), ann);
  await asset.nextWindow();
  await chain.passSeconds(DAY / 2);
  const claim = await units(claimRevenue({ asset: state, owner }), ann);
  if (!permits) return { fund, deposit, claim, sync: 0 };
  await pass();
  await asset.permit(ann, 1n);
  return {
    fund,
    deposit,
    claim,
    sync: await units(syncPermit({ asset: state, wallet: owner, staked: true })),
  };
}
