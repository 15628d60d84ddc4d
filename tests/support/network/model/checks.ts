import {
  decodeNetwork,
  decodeOwnerRecord,
  decodePage,
  decodeRegistry,
  epochCapOf,
  ownerRecordAddress,
  pageAddress,
  registryAddress,
} from '@commonwire/sdk/network';
import { AccountLayout, MintLayout } from '@solana/spl-token';
import { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import type { ModelPending, NetworkModel } from './network-model';
import { challenging } from './ops/disputes';
import type { Site, World } from './world';

/** Base units in a token account. */
export const amountOf = (world: World, address: PublicKey): bigint =>
  AccountLayout.decode(Buffer.from(world.chain.read(address).data)).amount;

export const sum = (amounts: Iterable<bigint>): bigint =>
  [...amounts].reduce((total, amount) => total + amount, 0n);

const must = (holds: boolean, what: string) => expect(holds, what).to.equal(true);

const networkOf = (world: World, { address }: Site) => decodeNetwork(address, world.chain.read(address).data);

/** Requires of a network's accounts what holds whatever anybody did, by the chain alone. */
export function checkSums(world: World, site: Site): void {
  const { chain } = world;
  const account = networkOf(world, site);
  const { current, pending, totalPaid, mintedTotal, emission, initialSupply, floors } = account;
  if (account.life === 'closed') return;
  const paid = paidSlots(world, site);
  let caps = 0n;
  for (let epoch = 1n; epoch <= current.epoch; epoch++) caps += epochCapOf(emission, epoch);
  const vault = amountOf(world, site.vault);
  const { supply } = MintLayout.decode(Buffer.from(chain.read(site.mint).data));
  const epochs = (chain.now - site.model.founding.createdAt) / BigInt(floors.epochSeconds);

  expect(sum(paid.values()), 'slots are what was paid').to.equal(totalPaid);
  must(totalPaid <= current.earnedTotal, 'paid is within earned');
  if (pending)
    must(totalPaid <= pending.earnedTotal || !pending.corrective, 'what was paid is not taken back');
  must(current.earnedTotal <= mintedTotal, 'earned is within what was made');
  must(mintedTotal <= caps, 'what was made is within the caps of the epochs');
  must(
    mintedTotal <= epochs * emission.epochCap,
    'what was made is within the cap and the floor of an epoch',
  );
  must(initialSupply + mintedTotal <= emission.maxSupply, 'what was made is within the supply');
  must(
    account.committee.keys.length === 0 || account.committee.threshold * 2 > account.committee.keys.length,
    'more than half decide',
  );
  for (const [index, amount] of paid) {
    must(amount <= account.deviceEarnedMax, 'no device is paid more than all caps');
    must(amount <= (site.proven.get(index) ?? 0n), `device ${index} is paid what its leaves said`);
  }
  if (account.funded) {
    expect(vault + totalPaid, 'vault and paid are what was deposited').to.equal(
      account.fundedTotal + site.donated,
    );
  } else {
    expect(vault + totalPaid, 'vault and paid are what was minted').to.equal(mintedTotal + site.donated);
    expect(supply, 'what exists was promoted').to.equal(initialSupply + mintedTotal);
  }
  if (site.covered) {
    const due = sum(
      site.model.current.ledger.entries.map(({ earned }, index) => earned - (paid.get(index) ?? 0n)),
    );
    must(due <= current.earnedTotal - totalPaid && due <= vault, 'all that is due can be paid');
  }
}

/** What the pages say that each device was paid. */
function paidSlots(world: World, site: Site): Map<number, bigint> {
  const paid = new Map<number, bigint>();
  for (const number of site.model.pages.keys()) {
    const address = pageAddress({ network: site.address, number });
    const page = decodePage(address, world.chain.read(address).data);
    for (const [slot, amount] of page.paid.entries()) if (amount > 0n) paid.set(number * 1024 + slot, amount);
  }
  return paid;
}

/** Notes what a promoted ledger shows, and requires of it what a watcher sees to. `before`: the ledger before it. */
export function checkPromoted(
  world: World,
  site: Site,
  pending: ModelPending,
  before: NetworkModel['current'],
): void {
  const { ledger, corrective, deviceEpochCap, epoch } = pending;
  const paid = paidSlots(world, site);
  for (const [index, { earned }] of ledger.entries.entries()) {
    const shown = ledger.isShowable(index);
    if (shown && earned > (site.proven.get(index) ?? 0n)) site.proven.set(index, earned);
  }
  const wasCovered = site.covered;
  site.covered = ledger.entries.every(
    ({ earned }, index) => ledger.isShowable(index) && earned >= (paid.get(index) ?? 0n),
  );
  if (!site.watched) return;
  if (wasCovered) must(site.covered, 'what was paid stays earned');
  expect(ledger.total, 'nobody but devices has earned').to.equal(
    sum(ledger.entries.map(({ earned }) => earned)),
  );
  for (const [index, { owner, earned }] of ledger.entries.entries()) {
    must(ledger.isShowable(index), `leaf ${index} can be shown`);
    const lawful = lawfulOwner(world, site, index, epoch);
    expect(owner.toBase58(), `owner of device ${index}`).to.equal(lawful.owner.toBase58());
    const growth = earned - (before.ledger.entries[index]?.earned ?? 0n);
    must(growth <= deviceEpochCap, `device ${index} is within its cap`);
    must(growth >= 0n || corrective, `device ${index} keeps what it earned`);
    must(growth <= 0n || !lawful.retired, `device ${index} is retired`);
  }
}

/** The owner of a device by the chain: that of its record, or the one it was registered for. */
function lawfulOwner(world: World, { address: network, model }: Site, index: number, epoch: bigint) {
  const at = ownerRecordAddress({ network, index });
  const { data } = world.chain.read(at);
  if (data.length === 0) return { owner: new PublicKey(model.devices[index]!.owner), retired: false };
  const record = decodeOwnerRecord(at, data);
  const effective = record.effectiveEpoch <= epoch;
  return { owner: effective ? record.owner : record.previousOwner, retired: effective && record.retired };
}

/** Requires anybody to be able to make a dishonest epoch void, and nobody an honest one. */
export function checkChallenge(world: World, site: Site): void {
  const { model } = site;
  const { pending, current } = model;
  if (!pending || pending.ledger.entries.length === 0) return;
  const { entries } = pending.ledger;
  const faults = [...entries.keys()].filter(
    (index) => pending.ledger.isShowable(index) && model.isFault(index),
  );
  const index = faults[world.steps % faults.length] ?? world.steps % entries.length;
  const { instructions, signers } = challenging(world, site, world.stranger, index);
  const refusal = world.chain.simulate(instructions, signers);
  const unknown = index < current.deviceCount && !current.ledger.isShowable(index);
  const entry = entries[index]!;
  const owned = model.ownerIn(index, pending.epoch).equals(entry.owner);
  const needsBefore = owned && !model.isBelowPaid(index, entry) && !model.isPadded(index);
  const expected =
    !pending.ledger.isShowable(index) || (needsBefore && unknown)
      ? 'bad-proof'
      : model.isFault(index)
        ? null
        : 'no-fault';
  expect(refusal, `a challenge of device ${index} of epoch ${pending.epoch}`).to.equal(expected);
  if (pending.honest) expect(refusal, 'nothing is wrong with an honest epoch').to.equal('no-fault');
}

/** Requires the registry to hold the devices that the model has. */
export function checkRegistry(world: World, { address, model }: Site): void {
  const at = registryAddress(address);
  const { deviceCount } = decodeRegistry(at, world.chain.read(at).data);
  expect(deviceCount).to.equal(model.devices.length);
}
