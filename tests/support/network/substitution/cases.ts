import { Kind } from '@commonwire/sdk/device';
import {
  acceptAuthority,
  answerDemand,
  applyRuleChange,
  approveEpoch,
  cancelRuleChange,
  challengeEpoch,
  closeApproval,
  closeDemand,
  closeNetwork,
  closePage,
  createNetwork,
  cutEpoch,
  demandLeaf,
  depositBond,
  destination,
  encodeEpochMessage,
  fundVault,
  LedgerTree,
  ledgerLeaves,
  NO_LIMIT,
  nameCorrective,
  openPage,
  pageAddress,
  pause,
  postEpoch,
  proposeAuthority,
  registerDevices,
  resign,
  retireDevice,
  setGuardian,
  setPolicy,
  settle,
  slash,
  transferDevice,
  unlockBond,
  unpause,
  vetoEpoch,
  withdrawBond,
  withdrawFees,
  withdrawSurplus,
} from '@commonwire/sdk/network';
import { Keypair, type TransactionInstruction } from '@solana/web3.js';
import type { Case } from '../../substitution/case';
import { leafOf } from '../challenges';
import { finishing } from '../closing';
import { creation, newDevice, POLICY } from '../test-network';
import type { Stages } from './stages';

/** One transaction for each instruction of the program, by the IDL's names. */
export async function makeCases(stages: Stages): Promise<Record<string, Case>> {
  const { posted, cut, disputed, paused, closing, closed, guardian, heir, owner, payer } = stages;
  const network = posted.address;
  const { authority } = posted;
  const ruled = { network, authority: authority.publicKey };
  const guarded = { network, guard: guardian.publicKey };
  const kept = { network, depositor: payer.publicKey };
  const tree = LedgerTree.fromLeaves(ledgerLeaves(stages.entries));
  const other = leafOf(stages.entries, 2);
  const handing = { network, leaf: other, payer: payer.publicKey };
  const one = (instruction: TransactionInstruction, ...signers: Keypair[]): Case => ({
    instructions: [instruction],
    signers,
  });
  const bonds = posted.oracles.map((oracle) => posted.bondOf(oracle));
  const { bump, address: account } = destination({ owner: owner.publicKey, mint: posted.mint });
  const lie = await posted.message(stages.faulty);
  const otherLie = { ...lie, epoch: 2n, attempt: 0, datasetHash: new Uint8Array(32) };
  const [signer, , bystander] = cut.oracles as [Keypair, Keypair, Keypair];
  const empty = cut.sign(await cut.message([]), [signer]);
  const demand = {
    network: disputed.address,
    epoch: 1n,
    demander: payer.publicKey,
  };
  const disputing = { network: disputed.address, guard: guardian.publicKey };
  const announcedBonds = stages.announced.map((oracle) => disputed.bondOf(oracle));
  const held = { network: closed.address, payer: payer.publicKey };
  return {
    create_network: await creating(stages),
    set_policy: one(setPolicy({ ...ruled, policy: POLICY }), authority),
    set_guardian: one(setGuardian({ ...ruled, guardian: heir.publicKey }), authority),
    propose_authority: one(proposeAuthority({ ...ruled, proposed: owner.publicKey }), authority),
    name_corrective: one(nameCorrective({ ...ruled, epoch: 3n }), authority),
    close_network: one(closeNetwork({ ...ruled, heir: heir.publicKey }), authority),
    accept_authority: one(acceptAuthority({ network, authority: heir.publicKey }), heir),
    set_committee: { ...one(posted.committee(), authority), siblings: { 'further 0': bonds[1]! } },
    withdraw_fees: one(withdrawFees({ ...ruled, recipient: heir.publicKey }), authority),
    pause: one(pause(guarded), guardian),
    veto_epoch: one(vetoEpoch({ ...guarded, root: lie.ledgerRoot }), guardian),
    unpause: one(unpause({ network: paused.address, guard: paused.authority.publicKey }), paused.authority),
    register_devices: one(
      registerDevices({
        network,
        owner: owner.publicKey,
        payer: payer.publicKey,
        kind: Kind.energy,
        devices: [newDevice(Keypair.generate())],
        maxFee: NO_LIMIT,
      }),
      owner,
      payer,
    ),
    transfer_device: one(transferDevice({ ...handing, newOwner: heir.publicKey }), owner, payer),
    retire_device: one(retireDevice(handing), owner, payer),
    cut_epoch: one(cutEpoch(network)),
    post_epoch: {
      instructions: postEpoch(cut.address, { ...empty, approvals: stages.cutApprovals.slice(0, 1) }),
      signers: [],
      siblings: { 'further 0': stages.cutApprovals[1] },
    },
    approve_epoch: one(
      approveEpoch({
        network: cut.address,
        oracle: bystander.publicKey,
        payer: payer.publicKey,
        message: encodeEpochMessage(await cut.message([])),
      }),
      bystander,
      payer,
    ),
    close_approval: one(closeApproval({ ...held, approval: stages.closedApproval })),
    promote: one(posted.promotion()),
    open_page: one(openPage({ network, number: 2, payer: payer.publicKey }), payer),
    close_page: one(closePage({ ...held, number: 0 })),
    finish_close: one(finishing(closing, heir.publicKey)),
    withdraw_surplus: one(
      withdrawSurplus({
        network: closed.address,
        mint: closed.mint,
        funder: payer.publicKey,
        destination: closed.accountOf(payer.publicKey),
      }),
      payer,
    ),
    demand_leaf: one(demandLeaf({ ...demand, attempt: 1, index: 1 }), payer),
    answer_demand: one(
      answerDemand({
        ...demand,
        attempt: 1,
        answerer: heir.publicKey,
        leaf: leafOf(stages.entries, 0),
      }),
      heir,
    ),
    close_demand: one(closeDemand({ ...demand, attempt: 0, index: 0 })),
    apply_rule_change: {
      ...one(applyRuleChange({ network: disputed.address, rule: 'committee', bonds: announcedBonds })),
      siblings: { 'further 0': announcedBonds[1]! },
    },
    cancel_rule_change: one(cancelRuleChange({ ...disputing, rule: 'committee' }), guardian),
    resign: one(resign({ network, oracle: posted.oracles[0]!.publicKey }), posted.oracles[0]!),
    settle: {
      ...one(
        settle({
          network,
          mint: posted.mint,
          data: {
            first: 0,
            width: 2,
            segments: [{ kind: 'fleet', bump, earned: stages.entries.map(({ earned }) => earned) }],
            proof: tree.proveRun(0, 3),
          },
          destinations: [account],
        }),
      ),
      siblings: { page: pageAddress({ network, number: 1 }) },
    },
    fund_vault: one(
      fundVault({
        network: cut.address,
        mint: cut.mint,
        funder: payer.publicKey,
        source: cut.accountOf(payer.publicKey),
        amount: 10n,
      }),
      payer,
    ),
    challenge_epoch: {
      ...one(
        challengeEpoch({
          network,
          challenger: payer.publicKey,
          leaf: leafOf(stages.faulty, 0),
          before: leafOf(stages.entries, 0),
          belowPaid: true,
          bonds: bonds.slice(0, 2),
        }),
        payer,
      ),
      siblings: {
        'further 0': bonds[1]!,
        'further 1': bonds[2]!,
        page: pageAddress({ network, number: 1 }),
      },
    },
    deposit_bond: one(depositBond({ ...kept, oracle: stages.resting, lamports: 500n }), payer),
    unlock_bond: one(unlockBond({ ...kept, oracle: stages.resting }), payer),
    withdraw_bond: one(withdrawBond({ ...kept, oracle: stages.free }), payer),
    slash: {
      instructions: slash({
        network,
        reporter: payer.publicKey,
        evidence: [posted.sign(otherLie, posted.oracles.slice(0, 1))],
        approval: stages.faultyApprovals[0],
        bonds: bonds.slice(0, 1),
      }),
      signers: [payer],
      siblings: { 'further 0': bonds[1]!, approval: stages.faultyApprovals[1] },
    },
  };
}

/** A creation whose mint and vault are there already. */
async function creating({ chain, posted, owner }: Stages): Promise<Case> {
  const { instructions, signers, args } = await creation(chain, { authority: owner });
  await posted.send(instructions.slice(0, -1), signers.slice(1));
  return { instructions: [createNetwork(args)], signers: [owner] };
}
