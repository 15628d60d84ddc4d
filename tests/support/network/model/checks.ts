import {
  challengeEpoch,
  decodeBond,
  decodeNetwork,
  decodeOwnerRecord,
  decodePage,
  decodeRegistry,
  decodeWitness,
  epochCapOf,
  FOREVER,
  ownerRecordAddress,
  pageAddress,
  registryAddress,
  witnessAddress,
  witnessLeaf,
} from '@commonwire/sdk/network';
import { AccountLayout, MintLayout } from '@solana/spl-token';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import type { Site, World } from './world';

/** Base units in a token account. */
const amountOf = (world: World, address: PublicKey): bigint =>
  AccountLayout.decode(Buffer.from(world.chain.read(address).data)).amount;

const sum = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((total, amount) => total + amount, 0n);

/** Requires of a network's accounts what holds whatever anybody did, by the chain alone. */
export function checkSums(world: World, site: Site): void {
  const { chain } = world;
  const { founding, pages } = site.model;
  const account = decodeNetwork(site.address, chain.read(site.address).data);
  const { current, totalPaid, emission, initialSupply } = account;
  const slots = [...pages.keys()].flatMap((number) => {
    const address = pageAddress({ network: site.address, number });
    return [...decodePage(address, chain.read(address).data).paid];
  });
  let caps = 0n;
  for (let epoch = 1n; epoch <= current.epoch; epoch++) caps += epochCapOf(emission, epoch);
  const vault = amountOf(world, site.vault);
  const { supply } = MintLayout.decode(Buffer.from(chain.read(site.mint).data));

  if (!account.closed) expect(sum(slots), 'slots are what was paid').to.equal(totalPaid);
  expect(totalPaid <= current.earnedTotal, 'paid is within earned').to.equal(true);
  expect(current.earnedTotal <= caps, 'earned is within the caps of the epochs').to.equal(true);
  expect(initialSupply + current.earnedTotal <= emission.maxSupply, 'earned is within the supply').to.equal(
    true,
  );
  expect(slots.every((paid) => paid <= account.deviceEarnedMax)).to.equal(true);
  if (!founding.funded) {
    expect(vault, 'the vault holds what was promoted and not paid').to.equal(
      current.earnedTotal - totalPaid + site.donated,
    );
    expect(supply, 'what exists was promoted').to.equal(current.earnedTotal);
  }
}

/** Requires a network's accounts to say what its model says. */
export function checkModel(world: World, site: Site): void {
  const { chain } = world;
  const { model, address } = site;
  const account = decodeNetwork(address, chain.read(address).data);
  const { pending, current } = account;
  const last = model.pause.intervals.at(-1);
  expect({
    authority: account.authority.toBase58(),
    proposed: account.proposedAuthority?.toBase58(),
    guardian: account.guardian.toBase58(),
    closed: account.closed,
    policy: account.policy,
    version: account.committee.version,
    threshold: account.committee.threshold,
    members: account.committee.keys.map((key) => new PublicKey(key).toBase58()),
    cut: [account.lastCutEpoch, account.lastCutTime],
    attempt: [account.attempt, account.guardianVetoes, account.correctiveEpoch],
    pending: pending && [
      pending.epoch,
      pending.earnedTotal,
      pending.deviceCount,
      pending.attempt,
      pending.deviceEpochCap,
      pending.corrective,
    ],
    current: [current.epoch, current.earnedTotal, current.deviceCount],
    paid: [account.totalPaid, account.deviceEarnedMax, account.window.start, account.window.paid],
    paused: account.pause.since !== 0n && chain.now < account.pause.until,
    pausedForEver: account.pause.until === FOREVER,
  }).to.deep.equal({
    authority: model.authority.toBase58(),
    proposed: model.proposed?.toBase58(),
    guardian: (model.guardian ?? PublicKey.default).toBase58(),
    closed: model.closed,
    policy: model.policy,
    version: model.committee.version,
    threshold: model.committee.threshold,
    members: model.committee.oracles.map((oracle) => world.oracles[oracle]!.publicKey.toBase58()),
    cut: [model.lastCutEpoch, model.lastCutTime],
    attempt: [model.attempt, model.guardianVetoes, model.correctiveEpoch],
    pending: model.pending && [
      model.pending.epoch,
      model.pending.earnedTotal,
      model.pending.deviceCount,
      model.pending.attempt,
      model.pending.deviceEpochCap,
      model.pending.corrective,
    ],
    current: [model.current.epoch, model.current.earnedTotal, model.current.deviceCount],
    paid: [model.totalPaid, model.deviceEarnedMax, model.window.start, model.window.paid],
    paused: model.pause.isActive(chain.now),
    pausedForEver: last?.until === FOREVER,
  });
  expect(
    decodeRegistry(registryAddress(address), chain.read(registryAddress(address)).data).deviceCount,
  ).to.equal(model.devices.length);
  checkAccounts(world, site);
}

function checkAccounts(world: World, site: Site): void {
  const { chain } = world;
  const { model, address: network } = site;
  const read = <T>(at: PublicKey, decode: (at: PublicKey, data: Uint8Array) => T): T =>
    decode(at, chain.read(at).data);
  for (const [number, { paid, payer }] of model.pages) {
    const page = read(pageAddress({ network, number }), decodePage);
    expect(page.payer.equals(payer)).to.equal(true);
    for (const [index, amount] of paid) expect(page.paid[index % 1024], `slot ${index}`).to.equal(amount);
    expect(sum(page.paid)).to.equal(sum(paid.values()));
  }
  for (const [index, record] of model.records) {
    const found = read(ownerRecordAddress({ network, index }), decodeOwnerRecord);
    expect([found.owner.toBase58(), found.effectiveEpoch, found.retired]).to.deep.equal([
      record.owner.toBase58(),
      record.effectiveEpoch,
      record.retired,
    ]);
  }
  for (const bond of model.bonds.values()) {
    const found = read(bond.address, decodeBond);
    expect([found.lamports, found.unlocksAt]).to.deep.equal([bond.lamports, bond.unlocksAt]);
  }
  for (const [key, witness] of model.witnesses) {
    const [payer, index] = key.split('/');
    const at = witnessAddress({ payer: new PublicKey(payer!), network, index: Number(index) });
    const found = read(at, decodeWitness);
    expect([found.epoch, found.earned, found.owner.toBase58()]).to.deep.equal([
      witness.epoch,
      witness.earned,
      witness.owner.toBase58(),
    ]);
  }
  for (const { publicKey } of world.owners) {
    expect(amountOf(world, world.account(site, publicKey))).to.equal(site.balances.get(publicKey.toBase58()));
  }
  expect(amountOf(world, site.vault)).to.equal(model.vault);
}

/** Requires anybody to be able to make a dishonest epoch void, and nobody an honest one. */
export function checkChallenge(world: World, site: Site): void {
  const { model, address: network } = site;
  const { pending, current } = model;
  if (!pending || pending.ledger.entries.length === 0) return;
  // Who steals a device and is then handed it by its owner stands in its record: no ground any more.
  const handed = pending.faulty === null ? undefined : model.records.get(pending.faulty)?.owner;
  const thief = pending.faulty === null ? undefined : pending.ledger.entries[pending.faulty]?.owner;
  const stolen = pending.lie === 'wrong-owner' && !(handed && thief?.equals(handed));
  const ground = pending.lie === 'above-cap' || (!pending.corrective && (pending.lie === 'fell' || stolen));
  if (!ground && !pending.honest) return;
  const index = ground ? pending.faulty! : world.steps % pending.ledger.entries.length;
  const payer = world.stranger;
  const before = current.ledger.entries[index] && current.ledger.claim(index);
  const witness = before ? witnessAddress({ payer: payer.publicKey, network, index }) : null;
  const instructions = [
    ...(before ? [witnessLeaf({ network, payer: payer.publicKey, leaf: before })] : []),
    challengeEpoch({ network, leaf: pending.ledger.claim(index), witness }),
  ];
  const refusal = world.chain.simulate(instructions, before ? [payer] : []);
  const whose = `device ${index} of epoch ${pending.epoch}, ${pending.lie}`;
  expect(refusal, `a challenge of ${whose}`).to.equal(ground ? null : 'no-fault');
}
