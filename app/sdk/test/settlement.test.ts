import { AddressLookupTableAccount, Keypair, PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { compile, MAX_TRANSACTION_BYTES } from '../src/core/transactions';
import { destination, vaultAddress } from '../src/network/addresses';
import { budget } from '../src/network/crank/fees';
import { decodeSettleData } from '../src/network/instructions/settle-data';
import { type LedgerEntry, LedgerTree, ledgerLeaves } from '../src/network/merkle/ledger';
import { Use } from '../src/network/settlement/leaves';
import { type LookupTable, tableHead } from '../src/network/settlement/lookup-tables';
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
import { compileMessage, IndexedTable, settlementInstruction } from '../src/network/settlement/transaction';

const NETWORK = new PublicKey(new Uint8Array(32).fill(7));
const MINT = new PublicKey(new Uint8Array(32).fill(8));
const VAULT = vaultAddress({ network: NETWORK, mint: MINT });
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

  constructor(
    readonly situation: Situation,
    tables: readonly LookupTable[] = [],
  ) {
    this.entries = situation.devices.map(({ owner, earned }) => ({ owner: wallet(owner), earned }));
    const sums = payroll(this.entries, (index) => situation.devices[index]!.paid);
    const accounts = new TokenAccounts(sums.owners, MINT);
    for (const [number, owner] of sums.owners.entries())
      accounts.state[number] = situation.states[new DataView(owner.buffer).getUint32(0)]!;
    this.source = { network: NETWORK, vault: VAULT, payroll: sums, accounts, openPages: new Set(), tables };
  }

  plan = (options: PlanOptions = {}): SettlementPlan => planSettlement(this.source, options);

  /** A plan's tables as they will be on chain. */
  tables(plan: SettlementPlan): LookupTable[] {
    return plan.tables.map(({ address, add }, i) => ({
      address: address ?? new PublicKey(new Uint8Array(32).fill(100 + i)),
      addresses: Buffer.concat([this.source.tables[i]?.addresses ?? new Uint8Array(), ...add]),
    }));
  }

  /** The transactions of a plan, signed by nobody, with the sizes they will have. */
  messages(plan: SettlementPlan, options: PlanOptions = {}) {
    const tree = LedgerTree.fromLeaves(ledgerLeaves(this.entries));
    const { accounts } = this.source;
    const parts = { network: NETWORK, tree, entries: this.entries, accounts, leaves: plan.leaves };
    const indexed = this.tables(plan).map((table) => new IndexedTable(table));
    return plan.runs.map((run) => {
      const settle = settlementInstruction(parts, run);
      const { instructions } = budget(settlementUnits(run.count, run.recipients), 1n, options.computeBudget);
      const used = run.tables.map((table) => indexed[table]!);
      const all = options.computeBudget ? [...instructions, settle] : [settle];
      const message = compileMessage(PAYER, BLOCKHASH, all, used);
      return { run, settle, used, all, message, bytes: 1 + 64 + message.serialize().length };
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
const optionSets: fc.Arbitrary<PlanOptions> = fc.record({
  createMissing: fc.boolean(),
  lookupTables: fc.boolean(),
  computeBudget: fc.boolean(),
});

/** What a plan leaves of a device, by the words of its own rules. */
function reasonOf(
  { owner, earned, paid }: Device,
  states: readonly number[],
  { createMissing }: PlanOptions,
) {
  if (earned < paid) return 'earned-below-paid';
  switch (states[owner]) {
    case AccountState.payable:
      return undefined;
    case AccountState.missing:
      return createMissing ? undefined : 'no-token-account';
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
          const reason = one.earned === one.paid ? 'nothing' : reasonOf(one, situation.states, options);
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
        for (const { run, message, bytes } of one.messages(plan, options)) {
          expect(bytes).to.equal(run.bytes);
          expect(bytes).to.be.at.most(MAX_TRANSACTION_BYTES);
          const { writableIndexes, readonlyIndexes } = message.addressTableLookups.reduce(
            (sum, lookup) => ({
              writableIndexes: sum.writableIndexes + lookup.writableIndexes.length,
              readonlyIndexes: sum.readonlyIndexes + lookup.readonlyIndexes.length,
            }),
            { writableIndexes: 0, readonlyIndexes: 0 },
          );
          expect(message.staticAccountKeys.length + writableIndexes + readonlyIndexes).to.be.at.most(64);
          expect(Math.floor(run.first / 1024)).to.equal(Math.floor((run.first + run.count - 1) / 1024));
        }
      }),
      { numRuns: 100, endOnFailure: true },
    );
  });

  it('uses tables of earlier epochs, whose sizes hold too, and fills no table beyond its end', () => {
    fc.assert(
      fc.property(situations, situations, optionSets, (earlier, later, options) => {
        const with_ = { ...options, lookupTables: true };
        const before = new Case(earlier);
        const tables = before.tables(before.plan(with_));
        const now = new Case(later, tables);
        const plan = now.plan(with_);
        for (const { run, bytes } of now.messages(plan, with_)) {
          // Another run's part of a table may hold what this one was to bring itself.
          expect(bytes).to.be.at.most(run.bytes);
          expect(bytes).to.be.at.most(MAX_TRANSACTION_BYTES);
        }
        for (const { held, add } of plan.tables) expect(held + add.length).to.be.at.most(256);
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });

  it('compiles what web3.js compiles, byte for byte in length and account for account', () => {
    const devices = Array.from({ length: 120 }, (_, i) => ({ owner: i % 70, earned: 2n ** 40n, paid: 0n }));
    const one = new Case({ devices, states: new Array(70).fill(AccountState.payable) });
    const plan = one.plan();
    for (const { settle, used, message, bytes } of one.messages(plan)) {
      const lookupTables = used.map(
        ({ table }) =>
          new AddressLookupTableAccount({
            key: table.address,
            state: {
              deactivationSlot: 2n ** 64n - 1n,
              lastExtendedSlot: 0,
              lastExtendedSlotStartIndex: 0,
              addresses: Array.from(
                { length: table.addresses.length / 32 },
                (_, i) => new PublicKey(table.addresses.subarray(32 * i, 32 * i + 32)),
              ),
            },
          }),
      );
      const theirs = compile(PAYER, BLOCKHASH, [settle], { lookupTables });
      expect(bytes).to.equal(theirs.serialize().length);
      const keys = (value: typeof message) => {
        const all = value.getAccountKeys({ addressLookupTableAccounts: lookupTables });
        const [instruction] = value.compiledInstructions;
        return instruction!.accountKeyIndexes.map((index) => ({
          key: all.get(index)!.toBase58(),
          isWritable: value.isAccountWritable(index),
        }));
      };
      expect(keys(message)).to.deep.equal(keys(theirs.message as typeof message));
      expect(keys(message)).to.deep.equal(
        settle.keys.map(({ pubkey, isWritable }) => ({ key: pubkey.toBase58(), isWritable })),
      );
    }
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
        const plan = new Case(situation).plan({ lookupTables: false });
        expect(plan.runs.length).to.equal(fewest(plan));
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('fits 56 neighbours into one transaction in a ledger of a million devices', () => {
    const accounts = 2 ** 20;
    const devices = Array.from({ length: 56 }, (_, owner) => ({ owner, earned: 2n ** 40n, paid: 0n }));
    const { leaves } = new Case({ devices, states: new Array(56).fill(AccountState.payable) }).plan();
    const runs = planRuns(leaves, { first: 0, end: 56 }, new Uint8Array(), {
      deviceCount: accounts,
      newTables: true,
      budget: false,
      tableCount: 0,
    });
    expect(runs).to.deep.equal([{ first: 0, end: 56, accounts: 'new-table' }]);
    const measure = new RunMeasure(leaves, 0, new Uint8Array(), false);
    measure.start(0);
    for (let leaf = 0; leaf < 56; leaf++) measure.add(leaf);
    expect(measure.size(measure.proofHashes(20), 'new-table')).to.equal(1210);
  });

  it('pays one owner of many neighbours by one transfer, and leaves devices paid already unsaid', () => {
    const devices = Array.from({ length: 64 }, () => ({ owner: 0, earned: 5n, paid: 0n }));
    const one = new Case({ devices, states: [AccountState.payable] });
    const plan = one.plan();
    expect(plan.runs).to.have.length(1);
    expect(plan.runs[0]).to.include({ recipients: 1, devices: 64, amount: 320n });
    const { settle } = one.messages(plan)[0]!;
    expect(settle.keys).to.have.length(5);
    expect(decodeSettleData(settle.data.subarray(5)).segments.map(({ kind }) => kind)).to.deep.equal([
      'fleet',
    ]);
    const idle = new Case({ devices: devices.map((d) => ({ ...d, paid: 5n })), states: [1] }).plan();
    expect(idle).to.deep.include({ runs: [], pages: [], unpaid: [], creations: [] });
  });

  it('needs no table for a few recipients, and names the pages and accounts it must make', () => {
    const devices = Array.from({ length: 10 }, (_, owner) => ({ owner, earned: 9n, paid: 0n }));
    const states = devices.map((_, i) => (i === 4 ? AccountState.missing : AccountState.payable));
    const plan = new Case({ devices, states }).plan({ createMissing: true });
    expect(plan).to.deep.include({ pages: [0], tables: [], creations: [4], unpaid: [] });
    expect(plan.runs).to.have.length(1);
    const without = new Case({ devices, states }).plan();
    expect(without.creations).to.deep.equal([]);
    expect(without.unpaid).to.deep.equal([{ reason: 'no-token-account', devices: 1, amount: 9n }]);
  });

  it('begins every table with network, vault and token program, by which it is found again', () => {
    const devices = Array.from({ length: 300 }, (_, owner) => ({ owner, earned: 2n ** 40n, paid: 0n }));
    const plan = new Case({ devices, states: devices.map(() => AccountState.payable) }).plan();
    expect(plan.tables.length).to.equal(2);
    const head = tableHead(NETWORK, VAULT, new TokenAccounts([], MINT).tokenProgram);
    for (const { add } of plan.tables) expect(add.slice(0, 3)).to.deep.equal(head);
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

/** Fewest runs by plain search over every cut, with the measure alone. Without tables. */
function fewest({ leaves }: SettlementPlan): number {
  const size = leaves.use.length;
  const depth = size <= 1 ? 0 : Math.ceil(Math.log2(size));
  const best = new Array<number>(size + 1).fill(Number.POSITIVE_INFINITY);
  best[0] = 0;
  for (let end = 1; end <= size; end++) {
    if (leaves.use[end - 1] !== Use.pay) best[end] = best[end - 1]!;
    for (let start = 0; start < end; start++) {
      if (leaves.use[start] === Use.skip || leaves.use[end - 1] === Use.skip) continue;
      const measure = new RunMeasure(leaves, 0, new Uint8Array(), false);
      measure.start(start);
      for (let leaf = start; leaf < end; leaf++) measure.add(leaf);
      const fits = measure.size(measure.proofHashes(depth), 'own-keys') <= MAX_TRANSACTION_BYTES;
      if (fits && measure.fitsLocks) best[end] = Math.min(best[end]!, best[start]! + 1);
    }
  }
  return best[size]!;
}
