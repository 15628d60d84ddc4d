import { closeNetwork, finishClose, withdrawSurplus } from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import { NO_ACCOUNT } from '../../../chain';
import type { Dice } from '../../../model/dice';
import { require } from '../../../model/rules';
import type { NetworkAttempt, Site, World } from '../world';
import { addTo } from './money';

export const closing: Record<string, (world: World, site: Site, dice: Dice) => NetworkAttempt> = {
  closeNetwork(world, site, dice) {
    // A closed network is a dull one: mostly somebody tries who may not.
    const by = dice.rarely(6)
      ? world.keypairOf(site, site.model.rules.authority)
      : dice.pick(world.wallets(site).slice(1));
    const heir = dice.rarely(4) ? undefined : dice.pick(world.owners).publicKey;
    return {
      site,
      what: `close_network to ${heir}`,
      instructions: [
        closeNetwork({ network: site.address, authority: by.publicKey, ...(heir ? { heir } : {}) }),
      ],
      signers: [by],
      apply() {
        site.model.rules.requireAuthority(by.publicKey);
        site.model.beginClose(world.chain.now, heir ?? null);
      },
    };
  },

  finishClose(world, site, dice) {
    const { model } = site;
    const right = model.heir ?? world.owners[0]!.publicKey;
    const heir = dice.rarely(5) ? dice.pick(world.owners).publicKey : right;
    const { address: network, mint } = site;
    const { funded } = model.founding;
    return {
      site,
      what: `finish_close to ${heir}`,
      instructions: [finishClose({ network, mint, ...(funded ? {} : { heir }) })],
      signers: [],
      apply() {
        model.requireFinish(world.chain.now);
        require(funded || heir.equals(right), 'wrong-destination');
        const left = model.finishClose();
        if (!funded) addTo(site, heir, left);
      },
    };
  },

  withdrawSurplus(world, site, dice) {
    const { model, address: network, mint } = site;
    const some = [...model.fundings.keys()].at(dice.nat(2));
    const funder =
      some && !dice.rarely(4) ? world.keypairOf(site, new PublicKey(some)) : dice.pick(world.owners);
    const owner = dice.pick(world.owners).publicKey;
    const destination = world.account(site, owner);
    return {
      site,
      what: `withdraw_surplus by ${funder.publicKey}`,
      instructions: [withdrawSurplus({ network, mint, funder: funder.publicKey, destination })],
      signers: [funder],
      apply() {
        const key = funder.publicKey.toBase58();
        require(model.fundings.has(key), NO_ACCOUNT);
        require(model.life === 'closed', 'not-closed');
        const share = model.shareOf(funder.publicKey);
        model.fundings.delete(key);
        model.vault -= share;
        addTo(site, owner, share);
      },
    };
  },
};
