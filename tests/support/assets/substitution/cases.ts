import {
  acceptAssetAuthority,
  announceTranche,
  claimRevenue,
  closeAsset,
  closeStake,
  createAsset,
  depositRevenue,
  finalizeAsset,
  fundAsset,
  objectTranche,
  openClawBack,
  payTranche,
  proposeAssetAuthority,
  redeemShares,
  refundShares,
  registerAssetDevices,
  retireAssetDevice,
  setPermit,
  stakeShares,
  sweepRevenue,
  syncPermit,
  unstakeShares,
} from '@commonwire/sdk/assets';
import { Kind } from '@commonwire/sdk/device';
import { LedgerTree, ledgerLeaves, NO_LIMIT } from '@commonwire/sdk/network';
import { Keypair, type TransactionInstruction } from '@solana/web3.js';
import { newDevice } from '../../network';
import type { Case } from '../../substitution/case';
import { assetCreation, EVIDENCE, send } from '../test-asset';
import type { Stages } from './stages';

/** One transaction for each instruction of the program, by the IDL's names. */
export async function makeCases(stages: Stages): Promise<Record<string, Case>> {
  const { chain, network, payer, funder, holder, failedHolder, clawedHolder, heir, entries } = stages;
  const [funding, sold, owned, payable] = [
    await stages.funding.asset(),
    await stages.sold.asset(),
    await stages.owned.asset(),
    await stages.payable.asset(),
  ];
  const [failed, clawed, closing, built] = [
    await stages.failed.asset(),
    await stages.clawed.asset(),
    await stages.closing.asset(),
    await stages.built.asset(),
  ];
  const one = (instruction: TransactionInstruction, ...signers: Keypair[]): Case => ({
    instructions: [instruction],
    signers,
  });
  const { authority } = stages.owned;
  const creation = await assetCreation(chain, { permits: true });
  // The vaults are made before: the case is one instruction.
  const [create, ...vaults] = [...createAsset(creation.args)].reverse();
  await send(chain, vaults, creation.signers);
  const tree = LedgerTree.fromLeaves(ledgerLeaves(entries));
  const leaf = { index: 1, owner: owned.address, earned: entries[1]!.earned, proof: tree.proveRun(1, 1) };
  const compliance = stages.owned.compliance!;
  return {
    create_asset: one(create!, ...creation.signers),
    fund: one(fundAsset({ asset: funding, funder: funder.publicKey, shares: 5n }), funder),
    finalize: one(finalizeAsset(sold)),
    refund: one(refundShares({ asset: failed, holder: failedHolder.publicKey }), failedHolder),
    announce_tranche: one(announceTranche({ asset: built, ...EVIDENCE }), stages.built.authority),
    object_tranche: one(objectTranche({ asset: owned, owner: holder.publicKey }), holder),
    pay_tranche: one(payTranche(payable)),
    open_claw_back: one(openClawBack({ asset: owned, caller: authority.publicKey }), authority),
    redeem: one(redeemShares({ asset: clawed, holder: clawedHolder.publicKey, shares: 7n }), clawedHolder),
    stake_shares: one(
      stakeShares({ asset: owned, owner: holder.publicKey, payer: payer.publicKey, shares: 3n }),
      holder,
      payer,
    ),
    unstake_shares: one(unstakeShares({ asset: owned, owner: holder.publicKey, shares: 3n }), holder),
    close_stake: one(closeStake(await stages.clawed.stakeOf(clawedHolder))),
    deposit_revenue: one(
      depositRevenue({ asset: owned, depositor: holder.publicKey, amount: 1_000n }),
      holder,
    ),
    sweep: one(sweepRevenue({ asset: owned })),
    claim: one(claimRevenue({ asset: owned, owner: holder.publicKey }), holder),
    set_permit: one(
      setPermit({
        compliance: compliance.publicKey,
        payer: payer.publicKey,
        wallet: Keypair.generate().publicKey,
        jurisdiction: 7,
        expiresAt: 2n ** 60n,
      }),
      compliance,
      payer,
    ),
    sync_permit: one(syncPermit({ asset: owned, wallet: holder.publicKey, staked: true })),
    register_devices: one(
      registerAssetDevices({
        asset: owned,
        payer: payer.publicKey,
        network: network.address,
        kind: Kind.energy,
        devices: [newDevice(Keypair.generate())],
        maxFee: NO_LIMIT,
      }),
      authority,
      payer,
    ),
    retire_device: one(
      retireAssetDevice({ asset: owned, payer: payer.publicKey, network: network.address, leaf }),
      authority,
      payer,
    ),
    propose_authority: one(
      proposeAssetAuthority({ asset: owned, newAuthority: Keypair.generate().publicKey }),
      authority,
    ),
    accept_authority: one(acceptAssetAuthority({ asset: owned.address, authority: heir.publicKey }), heir),
    close_asset: one(closeAsset({ asset: closing }), stages.closing.authority),
  };
}
