import { Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { MAX_TRANSACTION_BYTES } from '../src/core/transaction-versions';
import { compile } from '../src/core/transactions';
import { destination } from '../src/network/addresses';
import { decodeSettleData } from '../src/network/instructions/settle-data';
import { type LedgerEntry, LedgerTree, ledgerLeaves } from '../src/network/merkle/ledger';
import { Use } from '../src/network/settlement/leaves';
import { payroll } from '../src/network/settlement/payroll';
import {
  type PlanOptions,
  planSettlement,
  type SettlementPlan,
  type SettlementSource,
} from '../src/network/settlement/plan';
import { RunMeasure } from '../src/network/settlement/run-measure';
import { planRuns } from '../src/network/settlement/runs';
import { settlementUnits } from '../src/network/settlement/sizes';
import { AccountState, TokenAccounts } from '../src/network/settlement/token-accounts';
import { settlementInstruction } from '../src/network/settlement/transaction';

const NETWORK = new PublicKey(new Uint8Array(32).fill(7));
const MINT = new PublicKey(new Uint8Array(32).fill(8));
const PAYER = Keypair.fromSeed(new Uint8Array(32).fill(9)).publicKey;
const BLOCKHASH = PublicKey.default.toBase58();

const wallet = (number: number): Uint8Array => {
  const bytes = new Uint8Array(32).fill(1);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
};

/** A device: whose, what it earned, how much of that is paid. */
interface Device {
  owner: number;
  earned: bigint;
  paid: bigint;
}

/** A ledger with what the chain has beside it. */
interface Situation {
  devices: readonly Device[];
  /** By owner. */
  states: readonly number[];
}

class Case {
  readonly entries: LedgerEntry[];
  readonly source: SettlementSource;

  constructor(readonly situation: Situation) {
    this.entries = situation.devices.map(({ owner, earned }) => ({ owner: wallet(owner), earned }));
    const sums = payroll(this.entries, (index) => situation.devices[index]!.paid);
    const accounts = new TokenAccounts(sums.owners, MINT);
    for (const [number, owner] of sums.owners.entries())
      accounts.state[number] = situation.states[new DataView(owner.buffer).getUint32(0)]!;
    this.source = { payroll: sums, accounts, openPages: new Set() };
  }

  plan = (options: PlanOptions = {}): SettlementPlan => planSettlement(this.source, options);

  /** The transactions of a plan, signed by nobody, with the sizes they will have. */
  transactions(plan: SettlementPlan, { version = 1, priorityFee }: PlanOptions = {}) {
    const tree = LedgerTree.fromLeaves(ledgerLeaves(this.entries));
    const { accounts } = this.source;
    const parts = { network: NETWORK, tree, entries: this.entries, accounts, leaves: plan.leaves };
    return plan.runs.map((run) => {
      const settle = settlementInstruction(parts, run);
      const computeUnitLimit = settlementUnits(run.count, run.recipients);
      const options = { version, computeUnitLimit, priorityFee: priorityFee ? 1_000n : 0n };
      const transaction = compile(PAYER, BLOCKHASH, [settle], options);
      return { run, settle, message: transaction.message, bytes: transaction.serialize().length };
    });
  }
}

const amount = fc.oneof(fc.bigInt({ min: 0n, max: 300n }), fc.bigInt({ min: 0n, max: 2n ** 50n }));
const device = (owners: number) =>
  fc.record({
    owner: fc.oneof(fc.nat(owners - 1), fc.nat(Math.min(2, owners - 1))),
    earned: amount,
    paid: fc.oneof(fc.constant(0n), fc.constant(-1n), amount),
  });
/** Up to 2,100 devices: three pages, owners in runs and scattered, some without a usable account. */
const situations: fc.Arbitrary<Situation> = fc
  .tuple(fc.integer({ min: 1, max: 150 }), fc.constantFrom(1, 3, 40, 400, 2100))
  .chain(([owners, devices]) =>
    fc.record({
      devices: fc.array(device(owners), { minLength: 1, maxLength: devices, size: 'max' }).map((list) =>
        // -1: all is paid.
        list.map((one) => ({ ...one, paid: one.paid === -1n ? one.earned : one.paid })),
      ),
      states: fc.array(
        fc.oneof(
          { weight: 8, arbitrary: fc.constant(AccountState.payable) },
          { weight: 1, arbitrary: fc.constantFrom(...Object.values(AccountState)) },
        ),
        { minLength: owners, maxLength: owners },
      ),
    }),
  );
const optionSets = fc.record({
  createFrom: fc.option(fc.bigInt(0n, 200n), { nil: undefined }),
  version: fc.constantFrom(0, 1),
  priorityFee: fc.boolean(),
});

/** What remains due to a device after a plan, by the plan's own rules. */
function reasonOf(
  { owner, earned, paid }: Device,
  { states, devices }: { states: readonly number[]; devices: readonly Device[] },
  { createFrom }: PlanOptions,
) {
  if (earned < paid) return 'earned-below-paid';
  switch (states[owner]) {
    case AccountState.payable:
      return undefined;
    case AccountState.missing: {
      if (createFrom === undefined) return 'no-token-account';
      const own = devices.filter((one) => one.owner === owner);
      if (own.some((one) => one.paid > 0n)) return 'account-gone';
      const due = own.reduce((sum, one) => sum + one.earned, 0n);
      return due < createFrom ? 'below-account-least' : undefined;
    }
    case AccountState.frozen:
      return 'frozen';
    case AccountState.unusable:
      return 'unusable-account';
    case AccountState.memo:
      return 'memo-required';
    default:
      return 'not-read';
  }
}

describe('settlement plan', () => {
  it('pays every device that is due exactly once, or names why not', () => {
    fc.assert(
      fc.property(situations, optionSets, (situation, options) => {
        const plan = new Case(situation).plan(options);
        const times = new Uint8Array(situation.devices.length);
        for (const { first, count } of plan.runs)
          for (let leaf = first; leaf < first + count; leaf++)
            if (plan.leaves.use[leaf] === Use.pay) times[leaf]! += 1;
        const unpaid = new Map<string, { devices: number; amount: bigint }>();
        let total = 0n;
        for (const [index, one] of situation.devices.entries()) {
          const reason = one.earned === one.paid ? 'nothing' : reasonOf(one, situation, options);
          expect(times[index], `device ${index}`).to.equal(reason ? 0 : 1);
          if (!reason) total += one.earned - one.paid;
          if (!reason || reason === 'nothing') continue;
          const sum = unpaid.get(reason) ?? { devices: 0, amount: 0n };
          const missed = one.earned > one.paid ? one.earned - one.paid : 0n;
          unpaid.set(reason, { devices: sum.devices + 1, amount: sum.amount + missed });
        }
        expect(plan.runs.reduce((sum, run) => sum + run.amount, 0n)).to.equal(total);
        const named = new Map(plan.unpaid.map(({ reason, ...sum }) => [reason as string, sum]));
        expect(named).to.deep.equal(unpaid);
      }),
      { numRuns: 150, endOnFailure: true },
    );
  });

  it('knows the size of every transaction, which fits, and stays on one page', () => {
    fc.assert(
      fc.property(situations, optionSets, (situation, options) => {
        const one = new Case(situation);
        const plan = one.plan(options);
        for (const { run, settle, message, bytes } of one.transactions(plan, options)) {
          expect(bytes).to.equal(run.bytes);
          expect(bytes).to.be.at.most(MAX_TRANSACTION_BYTES[options.version ?? 1]);
          expect(message.staticAccountKeys.length).to.be.at.most(64);
          expect(run.count).to.be.at.most(512);
          // Each may be a call of its own, beside the transaction's own instructions.
          expect(settle.keys.length - 4).to.be.at.most(60);
          expect(Math.floor(run.first / 1024)).to.equal(Math.floor((run.first + run.count - 1) / 1024));
        }
      }),
      { numRuns: 100, endOnFailure: true },
    );
  });

  it('takes the fewest transactions: none fewer by trying every way to end runs', () => {
    const small = fc.record({
      devices: fc
        .array(device(60), { minLength: 1, maxLength: 70, size: 'max' })
        .map((list) => list.map((one) => ({ ...one, paid: one.paid === -1n ? one.earned : 0n }))),
      states: fc.constant(new Array<number>(60).fill(AccountState.payable)),
    });
    fc.assert(
      fc.property(small, (situation) => {
        const plan = new Case(situation).plan({ version: 0 });
        expect(plan.runs.length).to.equal(fewest(plan));
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('fits 58 neighbours into one transaction in a ledger of a million devices', () => {
    const devices = Array.from({ length: 59 }, (_, owner) => ({ owner, earned: 2n ** 40n, paid: 0n }));
    const { leaves } = new Case({ devices, states: new Array(59).fill(AccountState.payable) }).plan();
    const form = { version: 1, priorityFee: true } as const;
    const all = planRuns(leaves, { first: 0, end: 59 }, { deviceCount: 2 ** 20, form });
    expect(all).to.have.length(2);
    const most = planRuns(leaves, { first: 0, end: 58 }, { deviceCount: 2 ** 20, form });
    expect(most).to.deep.equal([{ first: 0, end: 58 }]);
  });

  it('pays one owner of many neighbours by one transfer, and leaves devices paid already unsaid', () => {
    const devices = Array.from({ length: 512 }, () => ({ owner: 0, earned: 2n ** 40n, paid: 0n }));
    const one = new Case({ devices, states: [AccountState.payable] });
    const plan = one.plan();
    expect(plan.runs).to.have.length(1);
    expect(plan.runs[0]).to.include({ recipients: 1, devices: 512, amount: 512n * 2n ** 40n });
    const { settle, message } = one.transactions(plan)[0]!;
    expect(settle.keys).to.have.length(4 + 8);
    expect(message.staticAccountKeys).to.have.length(7);
    expect(decodeSettleData(settle.data.subarray(5)).segments.map(({ kind }) => kind)).to.deep.equal(
      new Array(8).fill('fleet'),
    );
    const idle = new Case({ devices: devices.map((d) => ({ ...d, paid: d.earned })), states: [1] }).plan();
    expect(idle).to.deep.include({ runs: [], pages: [], unpaid: [], creations: [] });
  });

  it('names the pages and accounts it must make', () => {
    const devices = Array.from({ length: 10 }, (_, owner) => ({ owner, earned: 9n, paid: 0n }));
    const states = devices.map((_, i) => (i === 4 ? AccountState.missing : AccountState.payable));
    const plan = new Case({ devices, states }).plan({ createFrom: 9n });
    expect(plan).to.deep.include({ pages: [0], creations: [4], unpaid: [] });
    expect(plan.runs).to.have.length(1);
    const little = new Case({ devices, states }).plan({ createFrom: 10n });
    expect(little.unpaid).to.deep.equal([{ reason: 'below-account-least', devices: 1, amount: 9n }]);
    const before = devices.map((one, i) => (i === 4 ? { ...one, paid: 1n } : one));
    const again = new Case({ devices: before, states }).plan({ createFrom: 1n });
    expect(again.unpaid).to.deep.equal([{ reason: 'account-gone', devices: 1, amount: 8n }]);
    const without = new Case({ devices, states }).plan();
    expect(without.creations).to.deep.equal([]);
    expect(without.unpaid).to.deep.equal([{ reason: 'no-token-account', devices: 1, amount: 9n }]);
  });
});

describe('token accounts', () => {
  it('are derived as web3.js derives them', () => {
    const owners = Array.from({ length: 200 }, () => Keypair.generate().publicKey);
    const accounts = new TokenAccounts(
      owners.map((owner) => owner.toBytes()),
      MINT,
    );
    for (const [i, owner] of owners.entries()) {
      const { address, bump } = destination({ owner, mint: MINT });
      expect(accounts.publicKey(i).toBase58()).to.equal(address.toBase58());
      expect(accounts.bump(i)).to.equal(bump);
    }
  });
});

/** Fewest runs by plain search over every cut, with the measure alone, for version 0. */
function fewest({ leaves }: SettlementPlan): number {
  const size = leaves.use.length;
  const depth = size <= 1 ? 0 : Math.ceil(Math.log2(size));
  const best = new Array<number>(size + 1).fill(Number.POSITIVE_INFINITY);
  best[0] = 0;
  for (let end = 1; end <= size; end++) {
    if (leaves.use[end - 1] !== Use.pay) best[end] = best[end - 1]!;
    for (let start = 0; start < end; start++) {
      if (leaves.use[start] === Use.skip || leaves.use[end - 1] === Use.skip) continue;
      const measure = new RunMeasure(leaves, { version: 0, priorityFee: false });
      measure.start(start);
      for (let leaf = start; leaf < end; leaf++) measure.add(leaf);
      const fits = measure.size(measure.proofHashes(depth)) <= MAX_TRANSACTION_BYTES[0];
      if (fits && measure.fitsCounts) best[end] = Math.min(best[end]!, best[start]! + 1);
    }
  }
  return best[size]!;
}
