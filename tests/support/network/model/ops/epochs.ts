import { signEd25519 } from '@commonwire/sdk/core';
import {
  approvalAddress,
  approveEpoch,
  closeApproval,
  cutEpoch,
  decodeRegistry,
  type EpochMessage,
  encodeEpochMessage,
  PROGRAM_ID,
  postEpoch,
  promote,
  registryAddress,
} from '@commonwire/sdk/network';
import { type Keypair, PublicKey } from '@solana/web3.js';
import { ACCOUNT_IN_USE, NO_ACCOUNT, seedOf } from '../../../chain';
import type { Dice } from '../../../model/dice';
import { require } from '../../../model/rules';
import { type Made, makeLedger } from '../oracle';
import { GENESIS_HASH, type NetworkAttempt, type Site, type World } from '../world';

const ZEROS = new Uint8Array(32);

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

/** A message as the model compares it. */
export const messageText = (message: EpochMessage): string =>
  Buffer.from(encodeEpochMessage(message)).toString('base64');

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

/** What differs between the message that was signed and the one that the network expects; null: nothing. */
type Stale = 'committeeVersion' | 'birth' | 'epoch' | 'deviceCount' | 'genesisHash' | 'usageRoot' | null;

/** A post of this ledger, signed by some and approved by others. */
export function posting(
  world: World,
  site: Site,
  made: Made,
  { attempt, stale, signing }: { attempt: number; stale: Stale; signing: readonly number[] },
): NetworkAttempt {
  const { model } = site;
  const { ledger, earnedTotal, lies, published } = made;
  const message = { ...blankMessage(world, site), attempt, ledgerRoot: ledger.root, earnedTotal };
  const opening = ledger.opening;
  const approvals = [...model.approvals.values()].filter(
    (approval) => approval.message === messageText(message) && !signing.includes(approval.oracle),
  );
  const text = stale === null ? message : { ...message, [stale]: next(message[stale]) };
  // Nobody can sign twice in one instruction of the precompile, but in two.
  const again = signing.filter((oracle, at) => signing.indexOf(oracle) !== at);
  const once = signing.filter((oracle, at) => signing.indexOf(oracle) === at);
  const precompiles = [once, again].flatMap((oracles) => {
    const signed = signedBy(
      text,
      oracles.map((oracle) => world.oracles[oracle]!),
      opening,
    );
    return oracles.length > 0 ? postEpoch(site.address, signed).slice(0, 1) : [];
  });
  const claim = postEpoch(site.address, {
    ...signedBy(message, [], opening),
    approvals: approvals.map(({ address }) => address),
  });
  const agreeing = [...again, ...once, ...approvals.map(({ oracle }) => oracle)];
  return {
    site,
    what: `post_epoch ${message.epoch} lies ${lies} total ${earnedTotal} attempt ${attempt} by ${signing} and ${agreeing.slice(signing.length)} shows ${[...published]}`,
    instructions: [...precompiles, ...claim],
    signers: [],
    apply() {
      model.requireRunning(world.chain.now);
      const cut = model.admit(world.chain.now, attempt, earnedTotal);
      require(ledger.opens && earnedTotal === ledger.total, 'root-sum-mismatch');
      if (signing.length > 0) require(stale === null, 'wrong-message');
      agreeing.forEach((oracle, at) => {
        require(model.committee.has(oracle), 'unknown-signer');
        require(agreeing.indexOf(oracle) === at, 'repeated-signer');
      });
      const { threshold, seats } = model.committee;
      require(threshold > 0 && agreeing.length >= threshold, 'too-few-signatures');
      model.pending = {
        ...cut,
        ledger,
        earnedTotal,
        attempt,
        posted: world.moment(),
        challengeSeconds: BigInt(model.policy.challengeSeconds),
        challengeSlots: BigInt(model.policy.challengeSlots),
        answerSeconds: BigInt(model.policy.answerSeconds),
        openDemands: 0,
        shown: null,
        corrective: model.isCorrective(world.chain.now, cut.epoch),
        signers: seats.filter(({ oracle }) => agreeing.includes(oracle)),
        honest: lies.length === 0 && model.clean,
        seen: new Set(published),
      };
    },
  };
}

/** The last claim about the next epoch that a member approved and that can still be posted. */
function approvedNow(world: World, site: Site) {
  const { approvals } = site.model;
  const texts = new Set([...approvals.values()].map(({ message }) => message));
  return site.approved.findLast(({ made: { ledger, earnedTotal }, attempt }) => {
    const message = { ...blankMessage(world, site), attempt, ledgerRoot: ledger.root, earnedTotal };
    return texts.has(messageText(message));
  });
}

export const epochs: Record<string, (world: World, site: Site, dice: Dice) => NetworkAttempt> = {
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
    const known = dice.rarely(3) ? approvedNow(world, site) : undefined;
    const made = known?.made ?? makeLedger(world, site, dice);
    const other = model.attempt + (dice.rarely(6) ? dice.pick([-1, 255, 256, 7]) : 0);
    const attempt = known?.attempt ?? Math.max(0, other);
    const stale = dice.rarely(8)
      ? dice.pick(['committeeVersion', 'birth', 'epoch', 'deviceCount', 'genesisHash', 'usageRoot'] as const)
      : null;
    const { oracles: members, threshold } = model.committee;
    const outsiders = [0, 1, 2, 3, 4, 5].filter((oracle) => !members.includes(oracle));
    const count = Math.max(1, threshold - (dice.rarely(6) ? 1 : 0) + (dice.rarely(4) ? 1 : 0));
    const signing = members.slice(0, known ? dice.nat(count) : count);
    if (known) return posting(world, site, made, { attempt, stale, signing });
    if (signing.length === 0 || dice.rarely(8)) signing.push(...outsiders.slice(0, 1));
    if (dice.rarely(16) && signing.length > 0) signing.push(signing[0]!);
    return posting(world, site, made, { attempt, stale, signing });
  },

  /** Sometimes the same claim that others approved already, so that approvals add up; then it may be posted. */
  approveEpoch(world, site, dice) {
    const { model } = site;
    const oracle = dice.rarely(6) ? dice.nat(6) : (model.committee.oracles[dice.nat(3)] ?? 0);
    const [signer, payer] = [world.oracles[oracle]!, world.stranger];
    const known = dice.rarely(4) ? undefined : approvedNow(world, site);
    const made = known?.made ?? makeLedger(world, site, dice);
    const attempt = known?.attempt ?? model.attempt + (dice.rarely(8) ? 256 : 0);
    const blank = blankMessage(world, site);
    const message = { ...blank, attempt, ledgerRoot: made.ledger.root, earnedTotal: made.earnedTotal };
    const { epoch, committeeVersion: version } = message;
    const address = approvalAddress({
      ...message,
      network: site.address,
      oracle: signer.publicKey.toBytes(),
    });
    const key = address.toBase58();
    return {
      site,
      what: `approve_epoch ${epoch} by ${oracle} attempt ${attempt} total ${made.earnedTotal}`,
      instructions: [
        approveEpoch({
          network: site.address,
          oracle: signer.publicKey,
          payer: payer.publicKey,
          message: encodeEpochMessage(message),
        }),
      ],
      signers: [signer, payer],
      apply() {
        require(!model.approvals.has(key), ACCOUNT_IN_USE);
        model.requireRunning(world.chain.now);
        require(model.committee.has(oracle), 'unknown-signer');
        model.admit(world.chain.now, attempt, made.earnedTotal);
        const text = messageText(message);
        const { publicKey } = payer;
        model.approvals.set(key, {
          address,
          oracle,
          message: text,
          payer: publicKey,
          epoch,
          version,
          attempt,
        });
        site.approved.push({ made, attempt });
      },
    };
  },

  closeApproval(world, site, dice) {
    const { model } = site;
    const known = [...model.approvals.values()].at(dice.nat(2));
    const address = known?.address ?? world.fresh();
    const payer = known && !dice.rarely(5) ? known.payer : world.owners[0]!.publicKey;
    return {
      site,
      what: `close_approval of ${known?.epoch}`,
      instructions: [closeApproval({ network: site.address, approval: address, payer })],
      signers: [],
      apply() {
        require(known !== undefined && model.approvals.has(address.toBase58()), NO_ACCOUNT);
        require(payer.equals(known.payer), 'wrong-payer');
        require(model.life === 'closed' || model.current.epoch >= known.epoch + 2n, 'approval-needed');
        model.approvals.delete(address.toBase58());
      },
    };
  },

  promote(world, site) {
    return {
      site,
      what: 'promote',
      instructions: [promote({ network: site.address, mint: site.mint })],
      signers: [],
      apply: () => site.model.promote(world.moment()),
    };
  },
};

function next(value: number | bigint | Uint8Array): number | bigint | Uint8Array {
  if (typeof value === 'bigint') return value + 1n;
  return typeof value === 'number' ? value + 1 : new Uint8Array(PublicKey.default.toBytes()).fill(5);
}
