import {
  approveEpoch,
  CLOSING_SECONDS,
  demandLeaf,
  depositBond,
  encodeEpochMessage,
  fundVault,
  type LedgerEntry,
  openPage,
  pause,
  proposeAuthority,
  setCommittee,
  setGuardian,
  unlockBond,
} from '@commonwire/sdk/network';
import { createMintToInstruction } from '@solana/spl-token';
import { Keypair, type PublicKey } from '@solana/web3.js';
import { fund, type TestChain } from '../../chain';
import { accountOf } from '../accounts';
import { veto } from '../challenges';
import { beginClosing, finishClosing } from '../closing';
import { POLICY, TestNetwork } from '../test-network';

const BOND = 1_000n;
const DEVICES = 3;
/** Longer than owners of a closing network have, by far. */
const YEARS = 100_000_000;

/** Networks at the moments at which, between them, every instruction can succeed; and everybody who takes part. */
export interface Stages {
  chain: TestChain;
  /** Has a promoted epoch and a faulty one pending, past its challenge period; asks for bonds. */
  posted: TestNetwork;
  entries: LedgerEntry[];
  faulty: LedgerEntry[];
  /** Approvals of the faulty epoch by the first two oracles of `posted`. */
  faultyApprovals: [PublicKey, PublicKey];
  /** Funded, with a cut and nothing posted; the second oracle approved an empty ledger, for two attempts. */
  cut: TestNetwork;
  cutApprovals: [PublicKey, PublicKey];
  /**
   * Has an epoch pending whose challenge period is in its first half, with the first leaf demanded, as it was in the
   * void attempt before; a change of committee was announced and may be applied.
   */
  disputed: TestNetwork;
  /** The announced committee, each member with a bond. */
  announced: Keypair[];
  paused: TestNetwork;
  /** Mints, and its owners had their time. */
  closing: TestNetwork;
  /** Funded by `payer` and closed for ever, with a page that `payer` opened and an approval that it paid for. */
  closed: TestNetwork;
  closedApproval: PublicKey;
  guardian: Keypair;
  /** Proposed as authority, and the heir of `closing`. */
  heir: Keypair;
  /** Owns every device. */
  owner: Keypair;
  /** Pays rent and fees where an owner needn't; holds bonds, demands and deposits. */
  payer: Keypair;
  /** Oracles outside the committee: one whose bond is locked, one whose bond is free, one whose bond rests. */
  locked: Uint8Array;
  free: Uint8Array;
  resting: Uint8Array;
}

/** Two of each, in the same state and with nobody in common, made at the same time. */
export async function setStages(chain: TestChain): Promise<[Stages, Stages]> {
  const both = await Promise.all([makeStages(chain), makeStages(chain)]);
  await chain.passSeconds(Number(CLOSING_SECONDS));
  await Promise.all(both.map(({ closed }) => finishClosing(closed)));
  return both;
}

/** Sends an oracle's approval that `payer` pays for. */
async function approve(
  network: TestNetwork,
  oracle: Keypair,
  payer: Keypair,
  ...[entries, changes]: Parameters<TestNetwork['message']>
): Promise<PublicKey> {
  const approving = approveEpoch({
    network: network.address,
    oracle: oracle.publicKey,
    payer: payer.publicKey,
    message: encodeEpochMessage(await network.message(entries, changes)),
  });
  await network.send(approving, [oracle, payer]);
  return accountOf(approving, 'approval').pubkey;
}

/** Gives `owner` tokens of a funded network. */
async function give(network: TestNetwork, owner: PublicKey): Promise<void> {
  await network.openAccounts([owner]);
  const { payer } = network.chain;
  await network.send(
    createMintToInstruction(network.mint, network.accountOf(owner), payer.publicKey, 1_000n),
  );
}

async function makeStages(chain: TestChain): Promise<Stages> {
  const wallets = await Promise.all(Array.from({ length: 4 }, () => fund(chain.connection, 5)));
  const [guardian, heir, owner, payer] = wallets as [Keypair, Keypair, Keypair, Keypair];
  const people = { guardian, heir, owner, payer };
  const [posted, cut, disputed, paused, closing, closed] = await Promise.all([
    makePosted(chain, people),
    makeCut(chain, people),
    makeDisputed(chain, people),
    TestNetwork.create(chain),
    TestNetwork.create(chain),
    makeClosed(chain, people),
  ]);
  await paused.send(pause({ network: paused.address, guard: paused.authority.publicKey }), [
    paused.authority,
  ]);
  await closing.openAccounts([heir.publicKey]);
  await beginClosing(closing, heir.publicKey);
  return { chain, ...people, ...posted, ...cut, ...disputed, paused, closing, ...closed };
}

type People = Pick<Stages, 'guardian' | 'heir' | 'owner' | 'payer'>;

async function makePosted(chain: TestChain, { guardian, heir, owner, payer }: People) {
  const oracles = [1, 2, 3].map(() => Keypair.generate().publicKey.toBytes());
  const [locked, free, resting] = oracles as [Uint8Array, Uint8Array, Uint8Array];
  const posted = await TestNetwork.create(chain, { oracles: 3, threshold: 2, policy: { oracleBond: BOND } });
  const network = posted.address;
  const depositor = payer.publicKey;
  const authority = posted.authority.publicKey;
  await posted.send(
    [
      setGuardian({ network, authority, guardian: guardian.publicKey }),
      proposeAuthority({ network, authority, proposed: heir.publicKey }),
      ...oracles.map((oracle) => depositBond({ network, oracle, depositor, lamports: BOND })),
      unlockBond({ network, oracle: locked, depositor }),
      unlockBond({ network, oracle: free, depositor }),
    ],
    [posted.authority, payer],
  );
  await posted.register(Array.from({ length: DEVICES }, () => owner));
  await posted.openPage(0);
  await posted.openPage(1);
  await posted.openAccounts([owner.publicKey]);
  const entries = [100n, 200n, 300n].map((earned) => ({ owner: owner.publicKey.toBytes(), earned }));
  await posted.epoch(entries);
  const faulty = entries.map((entry, index) =>
    index === 0 ? { ...entry, earned: entry.earned + POLICY.deviceEpochCap + 1n } : entry,
  );
  await posted.cut();
  const [first, second] = posted.oracles as [Keypair, Keypair];
  const faultyApprovals: [PublicKey, PublicKey] = [
    await approve(posted, first, payer, faulty),
    await approve(posted, second, payer, faulty),
  ];
  await posted.post(faulty);
  return { posted, entries, faulty, faultyApprovals, locked, free, resting };
}

async function makeCut(chain: TestChain, { payer }: People) {
  const cut = await TestNetwork.create(chain, { oracles: 3, threshold: 2, funded: true });
  await give(cut, payer.publicKey);
  await cut.cut();
  const [, second] = cut.oracles as [Keypair, Keypair];
  const cutApprovals: [PublicKey, PublicKey] = [
    await approve(cut, second, payer, []),
    await approve(cut, second, payer, [], { attempt: 1 }),
  ];
  return { cut, cutApprovals };
}

async function makeDisputed(chain: TestChain, { owner, guardian, payer }: People) {
  const disputed = await TestNetwork.create(chain, {
    policy: {
      challengeSeconds: YEARS,
      answerSeconds: YEARS,
      oracleBond: BOND,
      bondLockSeconds: 3 * YEARS,
    },
    floors: { changeDelaySeconds: 60 },
  });
  const { address: network, authority } = disputed;
  const by = { network, authority: authority.publicKey };
  const announced = [1, 2, 3].map(() => Keypair.generate());
  const keys = announced.map(({ publicKey }) => publicKey.toBytes());
  await disputed.send(
    [
      setGuardian({ ...by, guardian: guardian.publicKey }),
      setCommittee({ ...by, threshold: 2, keys }),
      ...announced.map((oracle) => disputed.deposit(oracle, BOND)),
    ],
    [authority],
  );
  await disputed.register(Array.from({ length: DEVICES }, () => owner));
  const entries = [100n, 200n, 300n].map((earned) => ({ owner: owner.publicKey.toBytes(), earned }));
  await disputed.cut();
  for (const attempt of [0, 1]) {
    if (attempt > 0) await veto(disputed);
    await disputed.post(entries);
    const demand = { network, epoch: 1n, attempt, index: 0, demander: payer.publicKey };
    await disputed.send(demandLeaf(demand), [payer]);
  }
  return { disputed, announced };
}

async function makeClosed(chain: TestChain, { payer }: People) {
  const closed = await TestNetwork.create(chain, { funded: true });
  const { address: network, mint } = closed;
  await give(closed, payer.publicKey);
  const source = closed.accountOf(payer.publicKey);
  await closed.send(
    [
      openPage({ network, number: 0, payer: payer.publicKey }),
      fundVault({ network, mint, funder: payer.publicKey, source, amount: 700n }),
    ],
    [payer],
  );
  await closed.cut();
  const closedApproval = await approve(closed, closed.oracles[0]!, payer, []);
  await beginClosing(closed);
  return { closed, closedApproval };
}
