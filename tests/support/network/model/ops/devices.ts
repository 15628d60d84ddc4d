import { packDeviceKey } from '@commonwire/sdk/core';
import {
  closePage,
  NO_LIMIT,
  openPage,
  registerDevices,
  retireDevice,
  transferDevice,
} from '@commonwire/sdk/network';
import { PublicKey } from '@solana/web3.js';
import { ACCOUNT_IN_USE, NO_ACCOUNT } from '../../../chain';
import type { Dice } from '../../../model/dice';
import { require } from '../../../model/rules';
import type { NetworkAttempt, Site, World } from '../world';

/** Keys that nobody signs with; the registry only keeps them. */
let keys = 0;

/** A leaf under the current root, mostly a true one. */
export function someClaim({ model }: Site, dice: Dice) {
  const { ledger } = model.current;
  if (ledger.entries.length === 0) {
    return { index: 0, owner: PublicKey.default, earned: 0n, proof: [] };
  }
  const claim = ledger.claim(dice.nat(ledger.entries.length));
  if (dice.rarely(8)) return { ...claim, earned: claim.earned + 1n };
  if (dice.rarely(8)) return { ...claim, index: claim.index + ledger.entries.length, proof: [] };
  return claim;
}

export const devices: Record<string, (world: World, site: Site, dice: Dice) => NetworkAttempt> = {
  registerDevices(world, site, dice) {
    const owner = dice.pick(world.owners);
    const kind = dice.rarely(6) ? dice.pick([0, 3, 9]) : 1 + dice.nat(2);
    const devices = Array.from({ length: dice.rarely(8) ? 0 : 1 + dice.nat(3) }, () => {
      keys += 1;
      const publicKey = new Uint8Array(32).fill(1);
      new DataView(publicKey.buffer).setUint32(0, keys);
      const capacity = dice.rarely(10) ? dice.pick([0, 101]) : 1 + dice.nat(50);
      return { publicKey, h3Cell: 0n, capacity };
    });
    const maxFee = dice.rarely(8) ? 500n : NO_LIMIT / 2n;
    return {
      site,
      what: `register_devices ${devices.length} of kind ${kind}`,
      instructions: [
        registerDevices({
          network: site.address,
          owner: owner.publicKey,
          payer: world.stranger.publicKey,
          kind,
          devices,
          maxFee,
        }),
      ],
      signers: [owner, world.stranger],
      apply() {
        const registered = devices.map(({ publicKey, ...device }) => {
          const deviceKey = packDeviceKey(0, publicKey);
          return { ...device, deviceKey, keyType: 0, kind, owner: owner.publicKey.toBytes() };
        });
        site.model.register(registered, kind, maxFee);
      },
    };
  },

  transferDevice(world, site, dice) {
    const claim = someClaim(site, dice);
    const owner = dice.rarely(6) ? world.stranger : world.keypairOf(site, claim.owner);
    const leaf = { ...claim, owner: owner.publicKey };
    const newOwner = dice.rarely(8) ? PublicKey.default : dice.pick(world.owners).publicKey;
    return {
      site,
      what: `transfer_device ${leaf.index} to ${newOwner}`,
      instructions: [
        transferDevice({ network: site.address, leaf, newOwner, payer: world.stranger.publicKey }),
      ],
      signers: [owner, world.stranger],
      apply() {
        require(!newOwner.equals(PublicKey.default), 'bad-owner');
        site.model.changeOwner(leaf, { owner: newOwner, retired: false });
      },
    };
  },

  retireDevice(world, site, dice) {
    const claim = someClaim(site, dice);
    const owner = dice.rarely(3) ? world.keypairOf(site, claim.owner) : dice.pick(world.wallets(site));
    const leaf = { ...claim, owner: owner.publicKey };
    return {
      site,
      what: `retire_device ${leaf.index}`,
      instructions: [retireDevice({ network: site.address, leaf, payer: world.stranger.publicKey })],
      signers: [owner, world.stranger],
      apply: () => site.model.changeOwner(leaf, { owner: owner.publicKey, retired: true }),
    };
  },

  openPage(world, site, dice) {
    const { model } = site;
    const number = dice.rarely(3) ? dice.pick([1, 16_384, 16_385]) : 0;
    const payer = dice.pick(world.wallets(site));
    return {
      site,
      what: `open_page ${number}`,
      instructions: [openPage({ network: site.address, number, payer: payer.publicKey })],
      signers: [payer],
      apply() {
        require(!model.pages.has(number), ACCOUNT_IN_USE);
        model.requireUnfinished();
        require(number <= 16_383, 'wrong-page');
        model.pages.set(number, { payer: payer.publicKey, paid: new Map() });
      },
    };
  },

  closePage(world, site, dice) {
    const { model } = site;
    const number = dice.pick([0, 1]);
    const page = model.pages.get(number);
    const payer = page && !dice.rarely(4) ? page.payer : world.stranger.publicKey;
    return {
      site,
      what: `close_page ${number}`,
      instructions: [closePage({ network: site.address, number, payer })],
      signers: [],
      apply() {
        require(page !== undefined, NO_ACCOUNT);
        require(model.life === 'closed', 'not-closed');
        require(payer.equals(page.payer), 'wrong-payer');
        model.pages.delete(number);
      },
    };
  },
};
