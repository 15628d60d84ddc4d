import { challengeEpoch, closeWitness, witnessAddress, witnessLeaf } from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import { NO_ACCOUNT, NOT_INITIALIZED } from '../../../chain';
import type { Dice } from '../../../model/dice';
import { require } from '../../../model/rules';
import type { NetworkAttempt, Site, World } from '../world';
import { someClaim } from './devices';

/** How a model knows a witness. */
const keyOf = (payer: PublicKey, index: number): string => `${payer.toBase58()}/${index}`;

function keep({ model }: Site, payer: PublicKey, claim: { index: number; owner: PublicKey; earned: bigint }) {
  model.current.ledger.requireLeaf(claim);
  const { index, owner, earned } = claim;
  model.witnesses.set(keyOf(payer, index), { epoch: model.current.epoch, owner, earned });
}

export const disputes: Record<string, (world: World, site: Site, dice: Dice) => NetworkAttempt> = {
  witnessLeaf(world, site, dice) {
    const payer = dice.pick([world.stranger, world.owners[0]!]);
    const leaf = someClaim(site, dice);
    return {
      site,
      what: `witness_leaf ${leaf.index}`,
      instructions: [witnessLeaf({ network: site.address, payer: payer.publicKey, leaf })],
      signers: [payer],
      apply: () => keep(site, payer.publicKey, leaf),
    };
  },

  closeWitness(world, site, dice) {
    const payer = dice.pick([world.stranger, world.owners[0]!]);
    const [kept] = [...site.model.witnesses.keys()];
    const some = dice.nat(Math.max(1, site.model.devices.length));
    const index = kept && !dice.rarely(3) ? Number(kept.split('/')[1]) : some;
    return {
      site,
      what: `close_witness ${index}`,
      instructions: [closeWitness({ network: site.address, payer: payer.publicKey, index })],
      signers: [payer],
      apply: () => require(site.model.witnesses.delete(keyOf(payer.publicKey, index)), NO_ACCOUNT),
    };
  },

  challengeEpoch(world, site, dice) {
    const { model } = site;
    const payer = dice.pick([world.stranger, world.owners[0]!]);
    const { pending } = model;
    const count = pending?.ledger.entries.length ?? 0;
    // Mostly the leaf that something is wrong with, if there is one.
    const index = pending?.faulty != null && !dice.rarely(4) ? pending.faulty : dice.nat(Math.max(1, count));
    const altered = dice.rarely(8);
    const known = pending && count > 0 ? pending.ledger.claim(index) : null;
    const leaf = known ?? { index, owner: PublicKey.default, earned: 0n, proof: [] };
    if (altered) leaf.earned += 1n;
    const current = model.current.ledger.entries[index];
    const ways = ['fresh', 'fresh', 'fresh', 'none', 'kept'] as const;
    const old = model.witnesses.has(keyOf(payer.publicKey, index));
    const how = !current ? 'none' : old ? 'kept' : dice.pick(ways);
    const address = witnessAddress({ payer: payer.publicKey, network: site.address, index });
    const witness = how === 'none' ? null : address;
    const challenge = challengeEpoch({ network: site.address, leaf, witness });
    const before = model.current.ledger;
    const fresh = how === 'fresh' ? before.claim(index) : null;
    return {
      site,
      what: `challenge_epoch ${index} witness ${how}${altered ? ' altered' : ''}`,
      instructions: fresh
        ? [witnessLeaf({ network: site.address, payer: payer.publicKey, leaf: fresh }), challenge]
        : [challenge],
      signers: fresh ? [payer] : [],
      apply() {
        const kept = model.witnesses.get(keyOf(payer.publicKey, index));
        if (how === 'kept') require(kept !== undefined, NOT_INITIALIZED);
        require(pending !== null, 'nothing-pending');
        pending.ledger.requireLeaf(leaf);
        if (how === 'kept') require(kept!.epoch === model.current.epoch, 'wrong-witness');
        if (how === 'none') require(index >= model.current.deviceCount, 'witness-missing');
        require(model.isFault(index), 'no-fault');
        if (fresh) keep(site, payer.publicKey, fresh);
        if (pending.honest) throw new Error(`an honest epoch was made void by ${index}`);
        model.void();
      },
    };
  },
};
