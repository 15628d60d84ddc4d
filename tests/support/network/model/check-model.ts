import {
  decodeApproval,
  decodeBond,
  decodeDemand,
  decodeFunding,
  decodeNetwork,
  decodeOwnerRecord,
  decodePage,
  FOREVER,
  fundingAddress,
  ownerRecordAddress,
  pageAddress,
  registryAddress,
} from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import { amountOf, checkRegistry, sum } from './checks';
import type { Site, World } from './world';

/** Requires a network's accounts to say what its model says. */
export function checkModel(world: World, site: Site): void {
  const { chain } = world;
  const { model, address } = site;
  const { rules, committee } = model;
  const account = decodeNetwork(address, chain.read(address).data);
  const { pending, current } = account;
  const last = model.pause.intervals.at(-1);
  const nobody = PublicKey.default.toBase58();
  const oracleKeys = (oracles: readonly number[]) =>
    oracles.map((oracle) => world.oracles[oracle]!.publicKey.toBase58());
  const encoded = (keys: readonly Uint8Array[]) => keys.map((key) => new PublicKey(key).toBase58());
  const { policy, committee: seats, guardian } = account.changes;
  expect({
    authority: account.authority.toBase58(),
    proposed: account.proposedAuthority?.toBase58(),
    guardian: account.guardian.toBase58(),
    life: [account.life, account.closing?.since, account.heir.toBase58(), account.surplus],
    policy: account.policy,
    announced: [
      policy,
      seats && { ...seats, keys: encoded(seats.keys) },
      guardian && [guardian.from, guardian.guardian.toBase58()],
    ],
    version: account.committee.version,
    threshold: account.committee.threshold,
    members: encoded(account.committee.keys),
    bonds: account.committee.bonds.map((bond) => bond?.toBase58()),
    cut: [account.lastCutEpoch, account.lastCutTime],
    attempt: [
      account.attempt,
      account.guardianVetoes,
      account.guardianRefusals,
      account.correctiveEpoch,
      account.correctiveFrom,
    ],
    pending: pending && [
      pending.epoch,
      pending.earnedTotal,
      pending.deviceCount,
      pending.attempt,
      pending.deviceEpochCap,
      pending.corrective,
      pending.openDemands,
      pending.signers.map((at) => new PublicKey(pending.committee.keys[at]!).toBase58()),
    ],
    current: [current.epoch, current.earnedTotal, current.deviceCount],
    totals: [account.mintedTotal, account.fundedTotal],
    paid: [account.totalPaid, account.deviceEarnedMax, account.window.start, account.window.paid],
    paused: account.pause.since !== 0n && chain.now < account.pause.until,
    pausedForEver: account.pause.until === FOREVER,
  }).to.deep.equal({
    authority: rules.authority.toBase58(),
    proposed: rules.proposed?.toBase58(),
    guardian: rules.guardian?.toBase58() ?? nobody,
    life: [
      model.life,
      model.life === 'open' ? undefined : model.closingSince,
      model.heir?.toBase58() ?? nobody,
      model.surplus,
    ],
    policy: rules.policy,
    announced: [
      rules.announced.policy,
      rules.announced.committee && {
        from: rules.announced.committee.from,
        threshold: rules.announced.committee.threshold,
        keys: oracleKeys(rules.announced.committee.oracles),
      },
      rules.announced.guardian && [
        rules.announced.guardian.from,
        rules.announced.guardian.guardian?.toBase58() ?? nobody,
      ],
    ],
    version: committee.version,
    threshold: committee.threshold,
    members: oracleKeys(committee.oracles),
    bonds: committee.seats.map(({ bond }) =>
      bond === null ? undefined : world.bondAddress(site, bond).toBase58(),
    ),
    cut: [model.lastCutEpoch, model.lastCutTime],
    attempt: [
      model.attempt,
      model.guardianVetoes,
      model.rules.refusals,
      model.correctiveEpoch,
      model.correctiveFrom,
    ],
    pending: model.pending && [
      model.pending.epoch,
      model.pending.earnedTotal,
      model.pending.deviceCount,
      model.pending.attempt,
      model.pending.deviceEpochCap,
      model.pending.corrective,
      model.pending.openDemands,
      oracleKeys(model.pending.signers.map(({ oracle }) => oracle)),
    ],
    current: [model.current.epoch, model.current.earnedTotal, model.current.deviceCount],
    totals: [model.mintedTotal, model.fundedTotal],
    paid: [model.totalPaid, model.deviceEarnedMax, model.window.start, model.window.paid],
    paused: model.pause.isActive(chain.now),
    pausedForEver: last?.until === FOREVER,
  });
  checkRegistry(world, site);
  checkAccounts(world, site);
}

/** Requires every account that the model knows to hold what it says, and lamports to be where they belong. */
function checkAccounts(world: World, site: Site): void {
  const { chain } = world;
  const { model, address: network } = site;
  const read = <T>(at: PublicKey, decode: (at: PublicKey, data: Uint8Array) => T): T =>
    decode(at, chain.read(at).data);
  const aboveRent = (at: PublicKey): bigint => {
    const { lamports, data } = chain.read(at);
    return lamports - chain.rent(data.length);
  };
  for (const [number, { paid, payer }] of model.pages) {
    const page = read(pageAddress({ network, number }), decodePage);
    expect(page.payer.equals(payer)).to.equal(true);
    for (const [index, amount] of paid) expect(page.paid[index % 1024], `slot ${index}`).to.equal(amount);
    expect(sum(page.paid)).to.equal(sum(paid.values()));
  }
  for (const [index, record] of model.records) {
    const found = read(ownerRecordAddress({ network, index }), decodeOwnerRecord);
    expect([
      found.owner.toBase58(),
      found.previousOwner.toBase58(),
      found.effectiveEpoch,
      found.retired,
    ]).to.deep.equal([
      record.owner.toBase58(),
      record.previousOwner.toBase58(),
      record.effectiveEpoch,
      record.retired,
    ]);
  }
  for (const bond of model.committee.bonds.values()) {
    const found = read(bond.address, decodeBond);
    expect([found.lamports, found.unlocksAt]).to.deep.equal([bond.lamports, bond.unlocksAt]);
    expect(aboveRent(bond.address), 'a bond is whole').to.equal(bond.lamports);
  }
  for (const [key, demand] of model.demands) {
    const at = new PublicKey(key);
    const found = read(at, decodeDemand);
    expect([
      found.epoch,
      found.attempt,
      found.index,
      found.bond,
      found.openedAt,
      found.openedSlot,
    ]).to.deep.equal([
      demand.epoch,
      demand.attempt,
      demand.index,
      demand.bond,
      demand.opened.now,
      demand.opened.slot,
    ]);
    expect(found.demander.equals(demand.demander)).to.equal(true);
    expect(aboveRent(at), 'a demand holds its bond').to.equal(demand.bond);
  }
  for (const { address, epoch, attempt, payer } of model.approvals.values()) {
    const found = read(address, decodeApproval);
    expect([found.epoch, found.attempt, found.payer.toBase58()]).to.deep.equal([
      epoch,
      attempt,
      payer.toBase58(),
    ]);
    expect(aboveRent(address), 'an approval holds its rent').to.equal(0n);
  }
  for (const [funder, amount] of model.fundings) {
    const at = fundingAddress({ network, funder: new PublicKey(funder) });
    expect(read(at, decodeFunding).amount).to.equal(amount);
  }
  for (const { publicKey } of world.owners) {
    expect(amountOf(world, world.account(site, publicKey))).to.equal(site.balances.get(publicKey.toBase58()));
  }
  expect(amountOf(world, site.vault)).to.equal(model.vault);
  expect(aboveRent(registryAddress(network)), 'fees and what was slashed').to.equal(model.fees);
}
