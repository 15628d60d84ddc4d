import {
  acceptAuthority,
  createNetwork,
  nameCorrective,
  networkAddress,
  pause,
  proposeAuthority,
  unpause,
  vetoEpoch,
  withdrawFees,
} from '@commonwire/sdk/network';
import type { Keypair } from '@solana/web3.js';
import { ACCOUNT_IN_USE } from '../../../chain';
import type { Dice } from '../../../model/dice';
import { require } from '../../../model/rules';
import { checkAbove, checkFloors, checkPolicy } from '../policy-rules';
import { GENESIS_HASH, type NetworkAttempt, type Site, type World } from '../world';
import { randomPolicy } from './rule-changes';

/** Mostly the authority. */
export const ruler = (world: World, site: Site, dice: Dice) =>
  dice.rarely(4) ? dice.pick(world.wallets(site)) : world.keypairOf(site, site.model.rules.authority);

/** Mostly the guardian. */
export const guard = (world: World, site: Site, dice: Dice) => {
  const { guardian, authority } = site.model.rules;
  return dice.rarely(3) ? dice.pick(world.wallets(site)) : world.keypairOf(site, guardian ?? authority);
};

export const unpausing = (world: World, site: Site, by: Keypair): NetworkAttempt => ({
  site,
  what: 'unpause',
  instructions: [unpause({ network: site.address, guard: by.publicKey })],
  signers: [by],
  apply() {
    site.model.pause.end(site.model.rules.roleOf(by.publicKey), world.chain.now);
  },
});

export const vetoing = (site: Site, by: Keypair, root: Uint8Array): NetworkAttempt => ({
  site,
  what: `veto_epoch by ${by.publicKey}`,
  instructions: [vetoEpoch({ network: site.address, guard: by.publicKey, root })],
  signers: [by],
  apply: () => site.model.veto(by.publicKey, root),
});

export const correcting = (world: World, site: Site, by: Keypair, epoch: bigint): NetworkAttempt => ({
  site,
  what: `name_corrective ${epoch}`,
  instructions: [nameCorrective({ network: site.address, authority: by.publicKey, epoch })],
  signers: [by],
  apply: () => site.model.nameCorrective(by.publicKey, world.chain.now, epoch),
});

export const govern: Record<string, (world: World, site: Site, dice: Dice) => NetworkAttempt> = {
  createNetwork(world, site, dice) {
    const { creator, model } = site;
    const { emission, funded } = model.founding;
    const [again, frozen, foreign] = [dice.rarely(4), dice.rarely(5), dice.rarely(5)];
    const policy = randomPolicy(site, dice);
    const tooSmall = { ...emission, epochCap: 0n };
    const asked = dice.rarely(5) ? tooSmall : emission;
    const badFloors = dice.rarely(6);
    const floors = { ...model.founding.floors, ...(badFloors ? { changeDelaySeconds: 604_801 } : {}) };
    const genesisHash = dice.rarely(7) ? new Uint8Array(32) : GENESIS_HASH;
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
      genesisHash,
      floors,
      emission: asked,
      policy,
    };
    return {
      site,
      what: `create ${again ? 'the same' : 'a'} network`,
      instructions: [again ? site.creation : createNetwork(args)],
      signers: [creator],
      apply() {
        require(!again, ACCOUNT_IN_USE);
        require(genesisHash === GENESIS_HASH, 'bad-genesis-hash');
        require(funded || !foreign, 'wrong-mint-authority');
        require(!frozen, 'freezable-mint');
        require(asked.epochCap > 0n, 'bad-emission');
        checkFloors(floors);
        checkPolicy(policy, asked, 1n);
        checkAbove(policy, floors);
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
        site.model.rules.requireAuthority(by.publicKey);
        site.model.rules.proposed = proposed;
      },
    };
  },

  acceptAuthority(world, site, dice) {
    const { rules } = site.model;
    const likely = rules.proposed ? world.keypairOf(site, rules.proposed) : world.stranger;
    const by = dice.rarely(3) ? dice.pick(world.wallets(site)) : likely;
    return {
      site,
      what: `accept_authority by ${by.publicKey}`,
      instructions: [acceptAuthority({ network: site.address, authority: by.publicKey })],
      signers: [by],
      apply() {
        require(rules.proposed?.equals(by.publicKey) ?? false, 'not-proposed');
        [rules.authority, rules.proposed] = [by.publicKey, null];
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
      apply: () => site.model.beginPause(by.publicKey, world.chain.now),
    };
  },

  unpause: (world, site, dice) => unpausing(world, site, ruler(world, site, dice)),

  vetoEpoch(world, site, dice) {
    const by = guard(world, site, dice);
    const { pending, current } = site.model;
    const root = pending && !dice.rarely(6) ? pending.ledger.root : current.ledger.root;
    return vetoing(site, by, root);
  },

  nameCorrective(world, site, dice) {
    const by = ruler(world, site, dice);
    const { epoch } = site.model.current;
    return correcting(world, site, by, dice.rarely(4) ? epoch : dice.pick([epoch + 1n, 0n, epoch + 2n]));
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
        site.model.rules.requireAuthority(by.publicKey);
        require(site.model.fees > 0n, 'no-fees');
        site.model.fees = 0n;
      },
    };
  },
};
