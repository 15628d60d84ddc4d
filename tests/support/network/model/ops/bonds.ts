import { bondAddress, depositBond, slash, unlockBond, withdrawBond } from '@commonwire/sdk/network';
import type { PublicKey } from '@solana/web3.js';
import { NO_ACCOUNT } from '../../../chain';
import type { Dice } from '../../../model/dice';
import { require } from '../../../model/rules';
import type { NetworkAttempt, Site, World } from '../world';
import { blankMessage, signedBy } from './epochs';

const keyOf = (oracle: number, depositor: PublicKey): string => `${oracle}/${depositor.toBase58()}`;

/** Somebody's bond behind some oracle, there or not. */
function someBond(world: World, site: Site, dice: Dice) {
  const [known] = [...site.model.bonds.values()];
  const usual = known !== undefined && !dice.rarely(3);
  const oracle = usual ? known.oracle : dice.nat(6);
  const depositor = usual
    ? world.keypairOf(site, known.depositor)
    : dice.pick([world.stranger, world.owners[0]!]);
  const of = {
    network: site.address,
    oracle: world.oracles[oracle]!.publicKey.toBytes(),
    depositor: depositor.publicKey,
  };
  return { oracle, depositor, of, key: keyOf(oracle, depositor.publicKey) };
}

export const bonds: Record<string, (world: World, site: Site, dice: Dice) => NetworkAttempt> = {
  depositBond(world, site, dice) {
    const { oracle, depositor, of, key } = someBond(world, site, dice);
    const lamports = dice.pick([1_000n, 400n, 5_000n, 0n]);
    const { model } = site;
    return {
      site,
      what: `deposit_bond ${lamports} behind ${oracle}`,
      instructions: [depositBond({ ...of, lamports })],
      signers: [depositor],
      apply() {
        model.requireOpen();
        require(lamports > 0n, 'bond-too-small');
        const before = model.bonds.get(key)?.lamports ?? 0n;
        model.bonds.set(key, {
          address: bondAddress(of),
          oracle,
          depositor: depositor.publicKey,
          lamports: before + lamports,
          unlocksAt: 0n,
        });
      },
    };
  },

  unlockBond(world, site, dice) {
    const { oracle, depositor, of, key } = someBond(world, site, dice);
    const { model } = site;
    return {
      site,
      what: `unlock_bond behind ${oracle}`,
      instructions: [unlockBond(of)],
      signers: [depositor],
      apply() {
        const bond = model.bonds.get(key);
        require(bond !== undefined, NO_ACCOUNT);
        require(model.closed || !model.committee.oracles.includes(oracle), 'oracle-in-committee');
        if (bond.unlocksAt === 0n) bond.unlocksAt = world.chain.now + BigInt(model.policy.bondLockSeconds);
      },
    };
  },

  withdrawBond(world, site, dice) {
    const { oracle, depositor, of, key } = someBond(world, site, dice);
    const { model } = site;
    return {
      site,
      what: `withdraw_bond behind ${oracle}`,
      instructions: [withdrawBond(of)],
      signers: [depositor],
      apply() {
        const bond = model.bonds.get(key);
        require(bond !== undefined, NO_ACCOUNT);
        require(model.closed || !model.committee.oracles.includes(oracle), 'oracle-in-committee');
        require(bond.unlocksAt !== 0n && world.chain.now >= bond.unlocksAt, 'bond-locked');
        model.bonds.delete(key);
      },
    };
  },

  slash(world, site, dice) {
    const { model } = site;
    const oracle = dice.nat(6);
    const signer = [world.oracles[oracle]!];
    const trick = dice.pick(['none', 'none', 'same', 'epoch', 'network', 'signer'] as const);
    const one = { ...blankMessage(world, site), epoch: BigInt(1 + dice.nat(3)) };
    if (trick === 'network') one.network = world.stranger.publicKey.toBytes();
    const other = { ...one, datasetHash: new Uint8Array(32).fill(trick === 'same' ? 0 : 1) };
    if (trick === 'epoch') other.epoch += 1n;
    const second = trick === 'signer' ? [world.oracles[(oracle + 1) % 6]!] : signer;
    const own = [...model.bonds].filter(([, bond]) => bond.oracle === oracle);
    if (dice.rarely(6))
      own.push(...[...model.bonds].filter(([, bond]) => bond.oracle !== oracle).slice(0, 1));
    return {
      site,
      what: `slash ${oracle} ${trick} bonds ${own.map(([key]) => key)}`,
      instructions: slash({
        network: site.address,
        evidence: [signedBy(one, signer), signedBy(other, second)],
        bonds: own.map(([, bond]) => bond.address),
      }),
      signers: [],
      apply() {
        require(trick === 'none', 'not-equivocation');
        model.slash(
          oracle,
          own.map(([key]) => key),
        );
      },
    };
  },
};
