import {
  destination,
  fundVault,
  pageNumber,
  type SettleSegment,
  settle,
  settleWidth,
} from '@commonwire/sdk/network';
import { createTransferInstruction } from '@solana/spl-token';
import { PublicKey } from '@solana/web3.js';
import { NO_ACCOUNT, TOO_FEW_TOKENS } from '../../../chain';
import type { Dice } from '../../../model/dice';
import { require } from '../../../model/rules';
import type { Entry, ModelLedger } from '../ledger';
import type { NetworkAttempt, Site, World } from '../world';

/** A leaf of a run as somebody gives it. */
interface Given {
  index: number;
  earned: bigint;
  /** Whose account stands for it; null: the leaf is skipped. */
  payee: PublicKey | null;
  /** Whether it begins a segment of its own. */
  starts: boolean;
}

/** Where the tricks are that a caller may try. */
const TRICKS = [
  'none',
  'none',
  'none',
  'none',
  'raised',
  'shifted',
  'stolen',
  'extra',
  'lacking',
  'proof',
  'garbage',
  'short',
] as const;

export const money: Record<string, (world: World, site: Site, dice: Dice) => NetworkAttempt> = {
  settle(world, site, dice) {
    const { model } = site;
    const { ledger } = model.current;
    const entries: readonly Entry[] =
      ledger.entries.length > 0 ? ledger.entries : [{ owner: world.owners[0]!.publicKey, earned: 0n }];
    const first = dice.nat(entries.length);
    const count = 1 + dice.nat(entries.length - first);
    const fleets = dice.rarely(2);
    const skips = dice.nat(64) & dice.nat(64);
    const trick = dice.pick(TRICKS);
    const victim = first + dice.nat(count);
    // What one leaf is given more another is given less: the sum of the run stays.
    const other = victim + 1 < first + count ? victim + 1 : null;
    const shifted = trick === 'shifted' && other !== null && entries[other]!.earned > 0n;
    const forged = (index: number): bigint => {
      if (trick === 'raised' && index === victim) return 1n;
      if (!shifted) return 0n;
      return index === victim ? 1n : index === other ? -1n : 0n;
    };
    const given: Given[] = [];
    for (let index = first; index < first + count; index++) {
      const { owner, earned } = entries[index]!;
      const skipped = trick === 'none' && count > 1 && ((skips >> (index % 6)) & 1) === 1;
      const stolen = trick === 'stolen' && index === victim;
      const thief = world.owners.find(({ publicKey }) => !publicKey.equals(owner))!.publicKey;
      const payee = skipped ? null : stolen ? thief : owner;
      const last = given.at(-1);
      const joins = fleets && payee !== null && last?.payee?.equals(payee);
      given.push({
        index,
        earned: earned + forged(index),
        payee,
        starts: !joins,
      });
    }
    const proof = ledger.entries.length > 0 ? ledger.proveRun(first, count) : [];
    if (trick === 'proof') proof.push(new Uint8Array(40));
    const short = trick === 'short' && proof.pop() !== undefined;
    const garbled = trick === 'garbage' && proof.length > 0;
    // A sibling with a greater sum, or of another hash.
    if (garbled) proof[dice.nat(proof.length)] = new Uint8Array(40).fill(dice.rarely(2) ? 1 : 0xff);
    const proven = given.every(
      ({ index, payee }) => ledger.isShowable(index) || (payee === null && isBare(ledger, index)),
    );
    const payees = given.flatMap(({ payee, starts }) => (payee && starts ? [payee] : []));
    if (trick === 'extra') payees.push(world.owners[0]!.publicKey);
    if (trick === 'lacking') payees.pop();
    const segments = segmentsOf(site, given, ledger);
    return {
      site,
      what: `settle ${first}..${first + count} ${trick}${fleets ? ' fleets' : ''}`,
      instructions: [
        settle({
          network: site.address,
          mint: site.mint,
          data: { first, width: settleWidth(segments), segments, proof },
          destinations: payees.map((owner) => destination({ owner, mint: site.mint }).address),
        }),
      ],
      signers: [],
      apply() {
        const page = model.pages.get(pageNumber(first));
        require(page !== undefined, NO_ACCOUNT);
        model.requirePaying(world.chain.now);
        require(!model.pending?.corrective, 'corrective-pending');
        const allowance = model.allowance(world.chain.now);
        const gains = new Map<number, bigint>();
        let [total, used] = [0n, 0];
        for (const { index, earned, payee, starts } of given) {
          if (payee === null) continue;
          if (starts) used += 1;
          require(used <= payees.length, 'wrong-destination-count');
          // A ledger that lies may name an owner who has no token account.
          require(!payee.equals(PublicKey.default), 'wrong-destination');
          require(earned <= model.deviceEarnedMax, 'above-device-cap');
          let owed = earned - model.paidTo(index);
          require(owed >= 0n, 'earned-below-paid');
          if (given.length === 1 && owed > allowance) {
            require(allowance > 0n, 'payout-limit-reached');
            owed = allowance;
          }
          gains.set(index, owed);
          total += owed;
        }
        require(used === payees.length, 'wrong-destination-count');
        require(total <= allowance, 'payout-limit-reached');
        require(ledger.entries.length > 0, 'run-out-of-range');
        const honest = trick !== 'raised' && trick !== 'stolen' && trick !== 'proof';
        require(honest && !shifted && !short && !garbled && proven, 'bad-proof');
        model.pay(world.chain.now, total);
        for (const { index, payee } of given) {
          const gain = gains.get(index) ?? 0n;
          if (payee === null || gain === 0n) continue;
          page.paid.set(index, model.paidTo(index) + gain);
          addTo(site, payee, gain);
        }
      },
    };
  },

  fundVault(world, site, dice) {
    const funder = dice.pick(world.owners);
    const source = world.account(site, funder.publicKey);
    const has = site.balances.get(funder.publicKey.toBase58())!;
    const amount = dice.rarely(6) ? has + 1n : has / BigInt(1 + dice.nat(8));
    return {
      site,
      what: `fund_vault ${amount}`,
      instructions: [
        fundVault({ network: site.address, mint: site.mint, funder: funder.publicKey, source, amount }),
      ],
      signers: [funder],
      apply() {
        site.model.requireUnfinished();
        require(site.model.founding.funded, 'rewards-are-minted');
        require(amount <= has, TOO_FEW_TOKENS);
        addTo(site, funder.publicKey, -amount);
        const { fundings } = site.model;
        const key = funder.publicKey.toBase58();
        fundings.set(key, (fundings.get(key) ?? 0n) + amount);
        site.model.fundedTotal += amount;
        site.model.vault += amount;
      },
    };
  },

  /** Past the program: anybody may send tokens to the vault. */
  donate(world, site, dice) {
    const giver = dice.pick(world.owners);
    const has = site.balances.get(giver.publicKey.toBase58())!;
    const amount = has / BigInt(2 + dice.nat(8));
    const source = world.account(site, giver.publicKey);
    return {
      site,
      what: `donate ${amount}`,
      instructions: [createTransferInstruction(source, site.vault, giver.publicKey, amount)],
      signers: [giver],
      apply() {
        addTo(site, giver.publicKey, -amount);
        site.model.vault += amount;
        site.donated += amount;
      },
    };
  },
};

export function addTo(site: Site, owner: PublicKey, amount: bigint): void {
  const key = owner.toBase58();
  site.balances.set(key, site.balances.get(key)! + amount);
}

/** Whether nothing above a leaf is forged, though the leaf itself is: its node can be given as it is. */
const isBare = (ledger: ModelLedger, index: number): boolean =>
  !ledger.forgeries.some(({ level, position }) => level > 0 && index >> level === position);

function segmentsOf({ mint }: Site, given: readonly Given[], ledger: ModelLedger): SettleSegment[] {
  const segments: SettleSegment[] = [];
  for (let at = 0; at < given.length; ) {
    const { index, payee, earned } = given[at]!;
    if (payee === null) {
      segments.push({
        kind: 'skip',
        leaves: [ledger.node(0, index)],
      });
      at += 1;
      continue;
    }
    const { bump } = destination({ owner: payee, mint });
    let end = at + 1;
    while (end < given.length && !given[end]!.starts) end += 1;
    if (end === at + 1) segments.push({ kind: 'each', leaves: [{ bump, earned }] });
    else segments.push({ kind: 'fleet', bump, earned: given.slice(at, end).map((leaf) => leaf.earned) });
    at = end;
  }
  return segments;
}
