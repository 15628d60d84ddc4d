import {
  acceptAuthority,
  closeNetwork,
  createNetwork,
  type NetworkPolicy,
  NO_LIMIT,
  nameCorrective,
  networkAddress,
  pause,
  proposeAuthority,
  setGuardian,
  setPolicy,
  unpause,
  vetoEpoch,
  withdrawFees,
} from '@commonwire/sdk/network';
import { ACCOUNT_IN_USE } from '../../../chain';
import type { Dice } from '../../../model/dice';
import { require } from '../../../model/rules';
import { NetworkModel } from '../network-model';
import { BASE_POLICY, GENESIS_HASH, type NetworkAttempt, type Site, type World } from '../world';

/** Mostly the authority. */
const ruler = (world: World, site: Site, dice: Dice) =>
  dice.rarely(4) ? dice.pick(world.wallets(site)) : world.keypairOf(site, site.model.authority);

/** Mostly the guardian. */
const guard = (world: World, site: Site, dice: Dice) =>
  dice.rarely(3)
    ? dice.pick(world.wallets(site))
    : world.keypairOf(site, site.model.guardian ?? site.model.authority);

function randomPolicy({ model }: Site, dice: Dice): NetworkPolicy {
  const bad = dice.rarely(4);
  return {
    ...BASE_POLICY,
    deviceEpochCap: dice.pick([1_000n, 1n, 500n, 3_000n, bad ? 0n : 2_000n]),
    payoutLimit: dice.pick([NO_LIMIT, 10_000n, 2_500n, bad ? 0n : 12_000n]),
    oracleBond: dice.pick([0n, 0n, 1_000n]),
    epochSeconds: dice.pick([60, 30, 90, bad ? 0 : 60]),
    challengeSeconds: dice.pick([30, 10, 60, bad ? 0 : 30]),
    payoutWindowSeconds: dice.pick([120, 60, 30, bad ? 0 : 120]),
    bondLockSeconds: dice.pick([600, 300, bad ? 10 : 600]),
    maxCapacity: [bad && dice.rarely(3) ? 1 : 0, dice.pick([100, 50]), 50, 0, 0, 0, 0, 0],
    deviceFee: model.policy.deviceFee,
  };
}

export const govern: Record<string, (world: World, site: Site, dice: Dice) => NetworkAttempt> = {
  createNetwork(world, site, dice) {
    const { creator, model } = site;
    const { emission, funded } = model.founding;
    const [again, frozen, foreign] = [dice.rarely(4), dice.rarely(5), dice.rarely(5)];
    const policy = randomPolicy(site, dice);
    const tooSmall = { ...emission, epochCap: 0n };
    const asked = dice.rarely(5) ? tooSmall : emission;
    const id = BigInt(world.number());
    const network = networkAddress({ creator: creator.publicKey, id });
    const mint = world.fresh();
    const freezeAuthority = frozen ? world.stranger.publicKey : null;
    world.writeMint(mint, foreign ? world.stranger.publicKey : network, { freezeAuthority });
    world.writeAccount(mint, network);
    const args = {
      creator: creator.publicKey,
      id,
      authority: site.authority.publicKey,
      mint,
      funded,
      genesisHash: GENESIS_HASH,
    };
    return {
      site,
      what: `create ${again ? 'the same' : 'a'} network`,
      instructions: [again ? site.creation : createNetwork({ ...args, emission: asked, policy })],
      signers: [creator],
      apply() {
        require(!again, ACCOUNT_IN_USE);
        require(funded || !foreign, 'wrong-mint-authority');
        require(!frozen, 'freezable-mint');
        require(asked.epochCap > 0n, 'bad-emission');
        NetworkModel.checkPolicy(policy, asked, 1n);
      },
    };
  },

  setPolicy(world, site, dice) {
    const by = ruler(world, site, dice);
    const policy = randomPolicy(site, dice);
    return {
      site,
      what: `set_policy cap ${policy.deviceEpochCap} limit ${policy.payoutLimit} challenge ${policy.challengeSeconds}`,
      instructions: [setPolicy({ network: site.address, authority: by.publicKey, policy })],
      signers: [by],
      apply: () => site.model.setPolicy(by.publicKey, policy),
    };
  },

  setGuardian(world, site, dice) {
    const by = ruler(world, site, dice);
    const guardian = dice.rarely(4) ? null : dice.pick([site.guardian, world.stranger]).publicKey;
    return {
      site,
      what: `set_guardian ${guardian}`,
      instructions: [setGuardian({ network: site.address, authority: by.publicKey, guardian })],
      signers: [by],
      apply() {
        site.model.requireAuthority(by.publicKey);
        site.model.guardian = guardian;
      },
    };
  },

  proposeAuthority(world, site, dice) {
    const by = ruler(world, site, dice);
    const proposed = dice.rarely(4) ? null : dice.pick(world.wallets(site)).publicKey;
    return {
      site,
      what: `propose_authority ${proposed}`,
      instructions: [proposeAuthority({ network: site.address, authority: by.publicKey, proposed })],
      signers: [by],
      apply() {
        site.model.requireAuthority(by.publicKey);
        site.model.proposed = proposed;
      },
    };
  },

  acceptAuthority(world, site, dice) {
    const { model } = site;
    const likely = model.proposed ? world.keypairOf(site, model.proposed) : world.stranger;
    const by = dice.rarely(3) ? dice.pick(world.wallets(site)) : likely;
    return {
      site,
      what: `accept_authority by ${by.publicKey}`,
      instructions: [acceptAuthority({ network: site.address, authority: by.publicKey })],
      signers: [by],
      apply() {
        require(model.proposed?.equals(by.publicKey) ?? false, 'not-proposed');
        [model.authority, model.proposed] = [by.publicKey, null];
      },
    };
  },

  pause(world, site, dice) {
    const by = guard(world, site, dice);
    return {
      site,
      what: `pause by ${by.publicKey}`,
      instructions: [pause({ network: site.address, guard: by.publicKey })],
      signers: [by],
      apply: () => site.model.pauseBy(by.publicKey, world.chain.now),
    };
  },

  unpause(world, site, dice) {
    const by = ruler(world, site, dice);
    return {
      site,
      what: 'unpause',
      instructions: [unpause({ network: site.address, authority: by.publicKey })],
      signers: [by],
      apply() {
        site.model.requireAuthority(by.publicKey);
        site.model.pause.end(world.chain.now);
      },
    };
  },

  vetoEpoch(world, site, dice) {
    const by = guard(world, site, dice);
    return {
      site,
      what: `veto_epoch by ${by.publicKey}`,
      instructions: [vetoEpoch({ network: site.address, guard: by.publicKey })],
      signers: [by],
      apply: () => site.model.veto(by.publicKey),
    };
  },

  nameCorrective(world, site, dice) {
    const by = ruler(world, site, dice);
    const { model } = site;
    const epoch = dice.rarely(4)
      ? model.current.epoch
      : dice.pick([model.current.epoch + 1n, 0n, model.current.epoch + 2n]);
    return {
      site,
      what: `name_corrective ${epoch}`,
      instructions: [nameCorrective({ network: site.address, authority: by.publicKey, epoch })],
      signers: [by],
      apply() {
        model.requireAuthority(by.publicKey);
        require(epoch === 0n || epoch > model.current.epoch, 'corrective-epoch-over');
        model.correctiveEpoch = epoch;
      },
    };
  },

  withdrawFees(world, site, dice) {
    const by = ruler(world, site, dice);
    const recipient = dice.pick(world.wallets(site)).publicKey;
    return {
      site,
      what: 'withdraw_fees',
      instructions: [withdrawFees({ network: site.address, authority: by.publicKey, recipient })],
      signers: [by],
      apply() {
        site.model.requireAuthority(by.publicKey);
        require(site.model.fees > 0n, 'no-fees');
        site.model.fees = 0n;
      },
    };
  },

  closeNetwork(world, site, dice) {
    // A closed network is a dull one: mostly somebody tries who may not.
    const by = dice.rarely(6)
      ? world.keypairOf(site, site.model.authority)
      : dice.pick(world.wallets(site).slice(1));
    return {
      site,
      what: 'close_network',
      instructions: [closeNetwork({ network: site.address, authority: by.publicKey })],
      signers: [by],
      apply() {
        site.model.requireAuthority(by.publicKey);
        site.model.requireOpen();
        site.model.closed = true;
      },
    };
  },
};
