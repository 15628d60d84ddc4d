import { signEd25519 } from '@commonwire/sdk/core';
import {
  cutEpoch,
  decodeRegistry,
  type EpochMessage,
  encodeEpochMessage,
  PROGRAM_ID,
  postEpoch,
  promote,
  registryAddress,
  setCommittee,
} from '@commonwire/sdk/network';
import type { Keypair } from '@solana/web3.js';
import { seedOf } from '../../../chain';
import type { Dice } from '../../../model/dice';
import { require } from '../../../model/rules';
import { type Lie, makeLedger } from '../oracle';
import { GENESIS_HASH, type NetworkAttempt, type Site, type World } from '../world';

const ZEROS = new Uint8Array(32);
const MANY_LIES: readonly Lie[] = [
  'none',
  'none',
  'none',
  'above-cap',
  'fell',
  'wrong-owner',
  'sum',
  'excess',
];

/** One message by several oracles. */
export const signedBy = (
  message: EpochMessage,
  oracles: readonly Keypair[],
  opening: Uint8Array = new Uint8Array(),
) => {
  const bytes = encodeEpochMessage(message);
  return {
    message: bytes,
    opening,
    signatures: oracles.map((oracle) => ({
      publicKey: oracle.publicKey.toBytes(),
      signature: signEd25519(bytes, seedOf(oracle)),
    })),
  };
};

/** The message that a network's oracles sign, before any alteration. */
export function blankMessage(world: World, { model, address }: Site): EpochMessage {
  const registry = registryAddress(address);
  const cut = model.nextCut();
  return {
    program: PROGRAM_ID.toBytes(),
    network: address.toBytes(),
    genesisHash: GENESIS_HASH,
    birth: model.founding.birth,
    committeeVersion: model.committee.version,
    epoch: model.current.epoch + 1n,
    attempt: model.attempt,
    ledgerRoot: ZEROS,
    earnedTotal: model.current.earnedTotal,
    deviceCount: cut?.deviceCount ?? 0,
    registryHash: cut?.registryHash ?? decodeRegistry(registry, world.chain.read(registry).data).hash,
    usageRoot: ZEROS,
    datasetHash: ZEROS,
  };
}

export const epochs: Record<string, (world: World, site: Site, dice: Dice) => NetworkAttempt> = {
  setCommittee(world, site, dice) {
    const { model } = site;
    const by = dice.rarely(4) ? dice.pick(world.wallets(site)) : world.keypairOf(site, model.authority);
    const first = dice.nat(6);
    const oracles = Array.from({ length: 3 - dice.nat(3) }, (_, n) => (first + n) % 6);
    if (dice.rarely(8)) oracles.push(oracles[0]!);
    const threshold = dice.rarely(6) ? dice.nat(7) : Math.floor(oracles.length / 2) + 1;
    // Of each oracle's bonds the greatest, if there is one.
    const bonds = oracles.flatMap((oracle) => {
      const own = [...model.bonds].filter(([, bond]) => bond.oracle === oracle);
      return own.sort(([, a], [, b]) => Number(b.lamports - a.lamports)).slice(0, 1);
    });
    if (dice.rarely(8)) bonds.reverse();
    return {
      site,
      what: `set_committee ${threshold} of ${oracles}`,
      instructions: [
        setCommittee({
          network: site.address,
          authority: by.publicKey,
          threshold,
          keys: oracles.map((oracle) => world.oracles[oracle]!.publicKey.toBytes()),
          bonds: bonds.map(([, bond]) => bond.address),
        }),
      ],
      signers: [by],
      apply: () =>
        model.setCommittee(
          by.publicKey,
          threshold,
          oracles,
          bonds.map(([key]) => key),
        ),
    };
  },

  cutEpoch(world, site) {
    return {
      site,
      what: 'cut_epoch',
      instructions: [cutEpoch(site.address)],
      signers: [],
      apply() {
        const registry = registryAddress(site.address);
        const { hash } = decodeRegistry(registry, world.chain.read(registry).data);
        site.model.cut(world.chain.now, hash);
      },
    };
  },

  postEpoch(world, site, dice) {
    const { model } = site;
    const { ledger, lie, faulty, earnedTotal } = makeLedger(world, site, dice, dice.pick(MANY_LIES));
    const attempt = model.attempt + (dice.rarely(6) ? dice.pick([-1, 255, 256, 7]) : 0);
    const blank = blankMessage(world, site);
    const message = { ...blank, attempt: Math.max(0, attempt), ledgerRoot: ledger.tree.root, earnedTotal };
    const stale = dice.rarely(8)
      ? dice.pick(['committeeVersion', 'birth', 'epoch', 'deviceCount'] as const)
      : null;
    const members = model.committee.oracles;
    const outsiders = [0, 1, 2, 3, 4, 5].filter((oracle) => !members.includes(oracle));
    const count = Math.max(1, model.committee.threshold - (dice.rarely(6) ? 1 : 0));
    const signing = members.slice(0, count);
    if (signing.length === 0 || dice.rarely(8)) signing.push(...outsiders.slice(0, 1));
    const opening = ledger.tree.opening(ledger.entries[0]?.owner.toBytes());
    const [precompile] = postEpoch(
      site.address,
      signedBy(
        stale === null ? message : { ...message, [stale]: next(message[stale]) },
        signing.map((oracle) => world.oracles[oracle]!),
        opening,
      ),
    );
    const [, post] = postEpoch(site.address, signedBy(message, [world.oracles[0]!], opening));
    return {
      site,
      what: `post_epoch ${message.epoch} lie ${lie} total ${earnedTotal} attempt ${message.attempt} by ${signing}`,
      instructions: [precompile!, post!],
      signers: [],
      apply() {
        const cut = model.admit(world.chain.now, message.attempt, earnedTotal);
        require(earnedTotal === ledger.total &&
          ledger.entries.length === cut.deviceCount, 'root-sum-mismatch');
        require(stale === null, 'wrong-message');
        require(signing.every((oracle) => members.includes(oracle)), 'unknown-signer');
        require(model.committee.threshold > 0 &&
          signing.length >= model.committee.threshold, 'too-few-signatures');
        model.pending = {
          ...cut,
          ledger,
          earnedTotal,
          attempt: message.attempt,
          postedAt: world.chain.now,
          challengeSeconds: BigInt(model.policy.challengeSeconds),
          corrective: model.correctiveEpoch === cut.epoch,
          honest: lie === 'none' && model.honest,
          lie,
          faulty,
        };
      },
    };
  },

  promote(world, site) {
    return {
      site,
      what: 'promote',
      instructions: [promote({ network: site.address, mint: site.mint })],
      signers: [],
      apply() {
        const before = site.model.minted;
        site.model.promote(world.chain.now);
        site.supply += site.model.minted - before;
      },
    };
  },
};

const next = (value: number | bigint): number | bigint =>
  typeof value === 'bigint' ? value + 1n : value + 1;
