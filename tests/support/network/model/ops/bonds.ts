import { bondAddress, depositBond, resign, slash, unlockBond, withdrawBond } from '@commonwire/sdk/network';
import type { Keypair } from '@solana/web3.js';
import { NO_ACCOUNT } from '../../../chain';
import type { Dice } from '../../../model/dice';
import { require } from '../../../model/rules';
import { bondKey } from '../committee-model';
import type { NetworkAttempt, Site, World } from '../world';
import { blankMessage, messageText, signedBy } from './epochs';

/** Somebody's bond behind some oracle, there or not. */
function someBond(world: World, site: Site, dice: Dice) {
  const known = [...site.model.committee.bonds.values()].at(dice.nat(4));
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
  return { oracle, depositor, of, key: bondKey(oracle, depositor.publicKey) };
}

/** A bond that its depositor may have back. */
function requireLeft({ model }: Site, key: string, oracle: number) {
  const bond = model.committee.bonds.get(key);
  require(bond !== undefined, NO_ACCOUNT);
  require(model.life === 'closed' || !model.committee.has(oracle), 'oracle-in-committee');
  return bond;
}

/** A deposit by somebody behind an oracle. */
export function depositing(
  world: World,
  site: Site,
  depositor: Keypair,
  oracle: number,
  lamports: bigint,
): NetworkAttempt {
  const { model, address: network } = site;
  const { committee } = model;
  const key = bondKey(oracle, depositor.publicKey);
  const of = {
    network,
    oracle: world.oracles[oracle]!.publicKey.toBytes(),
    depositor: depositor.publicKey,
  };
  return {
    site,
    what: `deposit_bond ${lamports} behind ${oracle}`,
    instructions: [depositBond({ ...of, lamports })],
    signers: [depositor],
    apply() {
      model.requireOpen();
      require(lamports > 0n, 'bond-too-small');
      committee.bonds.set(key, {
        address: bondAddress(of),
        oracle,
        depositor: depositor.publicKey,
        lamports: (committee.bonds.get(key)?.lamports ?? 0n) + lamports,
        unlocksAt: 0n,
      });
    },
  };
}

export const bonds: Record<string, (world: World, site: Site, dice: Dice) => NetworkAttempt> = {
  depositBond(world, site, dice) {
    const { oracle, depositor } = someBond(world, site, dice);
    return depositing(world, site, depositor, oracle, dice.pick([1_001n, 400n, 5_009n, 0n]));
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
        const bond = requireLeft(site, key, oracle);
        if (bond.unlocksAt === 0n) bond.unlocksAt = world.chain.now + BigInt(model.policy.bondLockSeconds);
      },
    };
  },

  withdrawBond(world, site, dice) {
    const { oracle, depositor, of, key } = someBond(world, site, dice);
    return {
      site,
      what: `withdraw_bond behind ${oracle}`,
      instructions: [withdrawBond(of)],
      signers: [depositor],
      apply() {
        const bond = requireLeft(site, key, oracle);
        // Who signed an epoch answers for it until it is promoted or void.
        const { pending } = site.model;
        require(!pending?.signers.some((seat) => seat.oracle === oracle), 'bond-locked');
        require(bond.unlocksAt !== 0n && world.chain.now >= bond.unlocksAt, 'bond-locked');
        site.model.committee.bonds.delete(key);
      },
    };
  },

  resign(world, site, dice) {
    const { committee } = site.model;
    const oracle = dice.rarely(3) ? dice.nat(6) : (committee.oracles.at(-1) ?? 0);
    const signer = world.oracles[oracle]!;
    return {
      site,
      what: `resign ${oracle}`,
      instructions: [resign({ network: site.address, oracle: signer.publicKey })],
      signers: [signer],
      apply: () => require(committee.remove([oracle]), 'unknown-signer'),
    };
  },

  slash(world, site, dice) {
    const { model } = site;
    const approval = [...model.approvals.values()].at(dice.nat(3));
    const oracle = approval && dice.rarely(2) ? approval.oracle : dice.nat(6);
    const signer = [world.oracles[oracle]!];
    const trick = dice.pick(['none', 'none', 'same', 'epoch', 'network', 'signer'] as const);
    const one = { ...blankMessage(world, site), epoch: BigInt(1 + dice.nat(3)) };
    const other = { ...one, datasetHash: new Uint8Array(32).fill(trick === 'same' ? 0 : 1) };
    // One signature beside an approval of the same epoch and attempt proves as much as two.
    const approved = approval?.oracle === oracle && dice.rarely(2) ? approval : null;
    if (approved) {
      const { epoch, attempt, version } = approved;
      Object.assign(one, { epoch, attempt, committeeVersion: version });
    }
    if (trick === 'network') one.network = world.stranger.publicKey.toBytes();
    if (trick === 'epoch') {
      other.epoch += 1n;
      if (approved) one.epoch += 1n;
    }
    const wrong = [world.oracles[(oracle + 1) % 6]!];
    const [first, second] = approved && trick === 'signer' ? [wrong, wrong] : [signer, signer];
    const evidence = approved
      ? ([signedBy(one, first)] as const)
      : ([signedBy(one, first), signedBy(other, trick === 'signer' ? wrong : second)] as const);
    const given = [...model.committee.bonds];
    const own = given.filter(([, bond]) => bond.oracle === oracle);
    if (dice.rarely(6)) own.push(...given.filter(([, bond]) => bond.oracle !== oracle).slice(0, 1));
    return {
      site,
      what: `slash ${oracle} ${trick}${approved ? ' approved' : ''} bonds ${own.map(([key]) => key)}`,
      instructions: slash({
        network: site.address,
        reporter: world.stranger.publicKey,
        evidence,
        ...(approved ? { approval: approved.address } : {}),
        bonds: own.map(([, bond]) => bond.address),
      }),
      signers: [world.stranger],
      apply() {
        const allowed = approved ? ['none', 'same'] : ['none'];
        require(allowed.includes(trick), 'not-equivocation');
        require(!approved || messageText(one) !== approved.message, 'not-equivocation');
        const keys = own.map(([key]) => key);
        model.slash(oracle, keys);
      },
    };
  },
};
