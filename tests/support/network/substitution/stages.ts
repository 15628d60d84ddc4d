import {
  closeNetwork,
  depositBond,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  openPage,
  pause,
  proposeAuthority,
  setGuardian,
  unlockBond,
  witnessLeaf,
} from '@commonwire/sdk/network';
import { createMintToInstruction } from '@solana/spl-token';
import { Keypair, PublicKey } from '@solana/web3.js';
import { fund, type TestChain } from '../../chain';
import { POLICY, TestNetwork } from '../test-network';

const BOND = 1_000n;
const DEVICES = 3;

/** Networks at the moments at which, between them, every instruction can succeed; and everybody who takes part. */
export interface Stages {
  chain: TestChain;
  /** Has a promoted epoch and a faulty one pending, past its challenge period; asks for bonds. */
  posted: TestNetwork;
  entries: LedgerEntry[];
  tree: LedgerTree;
  faulty: LedgerEntry[];
  faultyTree: LedgerTree;
  /** Funded, with a cut and nothing posted. */
  cut: TestNetwork;
  paused: TestNetwork;
  /** Closed for ever, with a page that `payer` opened. */
  closed: TestNetwork;
  guardian: Keypair;
  /** Proposed as authority. */
  heir: Keypair;
  /** Owns every device. */
  owner: Keypair;
  /** Pays rent and fees where an owner needn't, holds witnesses and bonds. */
  payer: Keypair;
  /** Oracles outside the committee: one whose bond is locked, one whose bond is free, one whose bond rests. */
  locked: Uint8Array;
  free: Uint8Array;
  resting: Uint8Array;
}

/** Two of each, in the same state and with nobody in common, made at the same time. */
export async function setStages(chain: TestChain): Promise<[Stages, Stages]> {
  const both = await Promise.all([makeStages(chain), makeStages(chain)]);
  await chain.passSeconds(POLICY.bondLockSeconds + POLICY.challengeSeconds + POLICY.epochSeconds);
  return both;
}

async function makeStages(chain: TestChain): Promise<Stages> {
  const wallets = await Promise.all(Array.from({ length: 4 }, () => fund(chain.connection, 5)));
  const [guardian, heir, owner, payer] = wallets as [Keypair, Keypair, Keypair, Keypair];
  const oracles = [1, 2, 3].map(() => Keypair.generate().publicKey.toBytes());
  const [locked, free, resting] = oracles as [Uint8Array, Uint8Array, Uint8Array];
  const [posted, cut, paused, closed] = await Promise.all([
    TestNetwork.create(chain, { oracles: 3, threshold: 2, policy: { oracleBond: BOND } }),
    TestNetwork.create(chain, { oracles: 3, threshold: 2, funded: true }),
    TestNetwork.create(chain),
    TestNetwork.create(chain),
  ]);
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
  const tree = await posted.epoch(entries);
  for (const index of [0, 1]) {
    const leaf = {
      index,
      owner: owner.publicKey,
      earned: entries[index]!.earned,
      proof: tree.proveRun(index, 1),
    };
    await posted.send(witnessLeaf({ network, payer: depositor, leaf }), [payer]);
  }
  const faulty = entries.map((entry, index) =>
    index === 0 ? { ...entry, earned: entry.earned + POLICY.deviceEpochCap + 1n } : entry,
  );
  await posted.cut();
  await posted.post(faulty);

  await cut.openAccounts([payer.publicKey]);
  const source = cut.accountOf(payer.publicKey);
  await cut.send(createMintToInstruction(cut.mint, source, chain.payer.publicKey, 1_000n));
  await cut.cut();

  await paused.send(pause({ network: paused.address, guard: paused.authority.publicKey }), [
    paused.authority,
  ]);

  await closed.send(openPage({ network: closed.address, number: 0, payer: payer.publicKey }), [payer]);
  await closed.send(closeNetwork({ network: closed.address, authority: closed.authority.publicKey }), [
    closed.authority,
  ]);
  const faultyTree = LedgerTree.fromLeaves(ledgerLeaves(faulty));
  const people = { guardian, heir, owner, payer };
  return {
    chain,
    posted,
    entries,
    tree,
    faulty,
    faultyTree,
    cut,
    paused,
    closed,
    ...people,
    locked,
    free,
    resting,
  };
}

/** A device's leaf in a ledger. */
export const leafOf = (entries: readonly LedgerEntry[], tree: LedgerTree, index: number) => ({
  index,
  owner: new PublicKey(entries[index]!.owner),
  earned: entries[index]!.earned,
  proof: tree.proveRun(index, 1),
});
