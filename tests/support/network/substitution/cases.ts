import { Kind } from '@commonwire/sdk/device';
import {
  acceptAuthority,
  challengeEpoch,
  closeNetwork,
  closePage,
  closeWitness,
  createNetwork,
  cutEpoch,
  depositBond,
  destination,
  fundVault,
  nameCorrective,
  openPage,
  pageAddress,
  pause,
  postEpoch,
  proposeAuthority,
  registerDevices,
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
  witnessAddress,
  witnessLeaf,
} from '@commonwire/sdk/network';
import { Keypair, type TransactionInstruction } from '@solana/web3.js';
import type { Case } from '../../substitution/case';
import { creation, newDevice, POLICY } from '../test-network';
import { leafOf, type Stages } from './stages';

/** One transaction for each instruction of the program, by the IDL's names. */
export async function makeCases(stages: Stages): Promise<Record<string, Case>> {
  const { posted, cut, paused, closed, guardian, heir, owner, payer } = stages;
  const network = posted.address;
  const { authority } = posted;
  const ruled = { network, authority: authority.publicKey };
  const guarded = { network, guard: guardian.publicKey };
  const kept = { network, depositor: payer.publicKey };
  const other = leafOf(stages.entries, stages.tree, 2);
  const faulty = leafOf(stages.faulty, stages.faultyTree, 0);
  const handing = { network, leaf: other, payer: payer.publicKey };
  const witness = (index: number) => witnessAddress({ payer: payer.publicKey, network, index });
  const one = (instruction: TransactionInstruction, ...signers: Keypair[]): Case => ({
    instructions: [instruction],
    signers,
  });
  const bonds = posted.oracles.map((oracle) => posted.bondOf(oracle));
  const { bump, address: account } = destination({ owner: owner.publicKey, mint: posted.mint });
  const lie = await posted.message(stages.faulty);
  const evidence = [lie, { ...lie, datasetHash: new Uint8Array(32) }].map((message) =>
    posted.sign(message, posted.oracles.slice(0, 1)),
  );
  return {
    create_network: await creating(stages),
    set_policy: one(setPolicy({ ...ruled, policy: POLICY }), authority),
    set_guardian: one(setGuardian({ ...ruled, guardian: heir.publicKey }), authority),
    propose_authority: one(proposeAuthority({ ...ruled, proposed: owner.publicKey }), authority),
    name_corrective: one(nameCorrective({ ...ruled, epoch: 3n }), authority),
    close_network: one(closeNetwork(ruled), authority),
    accept_authority: one(acceptAuthority({ network, authority: heir.publicKey }), heir),
    set_committee: { ...one(posted.committee(), authority), siblings: { 'further 0': bonds[1]! } },
    withdraw_fees: one(withdrawFees({ ...ruled, recipient: heir.publicKey }), authority),
    pause: one(pause(guarded), guardian),
    veto_epoch: one(vetoEpoch(guarded), guardian),
    unpause: one(
      unpause({ network: paused.address, authority: paused.authority.publicKey }),
      paused.authority,
    ),
    register_devices: one(
      registerDevices({
        network,
        owner: owner.publicKey,
        payer: payer.publicKey,
        kind: Kind.energy,
        devices: [newDevice(Keypair.generate())],
      }),
      owner,
      payer,
    ),
    transfer_device: one(transferDevice({ ...handing, newOwner: heir.publicKey }), owner, payer),
    retire_device: one(retireDevice(handing), owner, payer),
    cut_epoch: one(cutEpoch(network)),
    post_epoch: { instructions: postEpoch(cut.address, cut.sign(await cut.message([]))), signers: [] },
    promote: one(posted.promotion()),
    open_page: one(openPage({ network, number: 2, payer: payer.publicKey }), payer),
    close_page: one(closePage({ network: closed.address, number: 0, payer: payer.publicKey })),
    settle: {
      ...one(
        settle({
          network,
          mint: posted.mint,
          data: {
            first: 0,
            width: 2,
            segments: [{ kind: 'fleet', bump, earned: stages.entries.map(({ earned }) => earned) }],
            proof: stages.tree.proveRun(0, 3),
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
    witness_leaf: one(witnessLeaf({ network, payer: payer.publicKey, leaf: other }), payer),
    close_witness: one(closeWitness({ network, payer: payer.publicKey, index: 0 }), payer),
    challenge_epoch: {
      ...one(challengeEpoch({ network, leaf: faulty, witness: witness(0) })),
      siblings: { witness: witness(1) },
    },
    deposit_bond: one(depositBond({ ...kept, oracle: stages.resting, lamports: 500n }), payer),
    unlock_bond: one(unlockBond({ ...kept, oracle: stages.resting }), payer),
    withdraw_bond: one(withdrawBond({ ...kept, oracle: stages.free }), payer),
    slash: {
      instructions: slash({ network, evidence: [evidence[0]!, evidence[1]!], bonds: bonds.slice(0, 1) }),
      signers: [],
      siblings: { 'further 0': bonds[1]! },
    },
  };
}

/** A creation whose mint and vault are there already. */
async function creating({ chain, posted, owner }: Stages): Promise<Case> {
  const { instructions, signers, args } = await creation(chain, { authority: owner });
  await posted.send(instructions.slice(0, -1), signers.slice(1));
  return { instructions: [createNetwork(args)], signers: [owner] };
}
