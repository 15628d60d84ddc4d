import { claimRevenue, registerAssetDevices, retireAssetDevice, sweepRevenue } from '@commonwire/sdk/assets';
import { Kind } from '@commonwire/sdk/device';
import {
  fetchOwnerRecord,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  NO_LIMIT,
  registerDevices,
  retireDevice,
} from '@commonwire/sdk/network';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { assetsChain, DAY, TestAsset } from '../support/assets';
import { expectError, fund, MISSING_SIGNATURE, type TestChain } from '../support/chain';
import { newDevice, settlement, TestNetwork } from '../support/network';

describe('devices of an asset', () => {
  let chain: TestChain;
  let network: TestNetwork;
  let asset: TestAsset;

  beforeEach(async () => {
    chain = await assetsChain();
    network = await TestNetwork.create(chain, { policy: { epochSeconds: 2 } });
    asset = await TestAsset.create(chain, { reward: { mint: network.mint } });
  });

  const registration = async (count = 2, at = network) =>
    registerAssetDevices({
      asset: await asset.asset(),
      payer: chain.payer.publicKey,
      network: at.address,
      kind: Kind.energy,
      devices: Array.from({ length: count }, () => newDevice(Keypair.generate())),
      maxFee: NO_LIMIT,
    });
  const register = async (count?: number) => asset.send(await registration(count), [asset.authority]);
  const ledger = (...earned: bigint[]): LedgerEntry[] =>
    earned.map((each) => ({ owner: asset.address.toBytes(), earned: each }));
  const retirement = async (entries: LedgerEntry[], index: number) => {
    const proof = LedgerTree.fromLeaves(ledgerLeaves(entries)).proveRun(index, 1);
    const leaf = { index, owner: asset.address, earned: entries[index]!.earned, proof };
    return retireAssetDevice({
      asset: await asset.asset(),
      payer: chain.payer.publicKey,
      network: network.address,
      leaf,
    });
  };

  it('earn for its stakers: what is settled is swept into the second stream', async function () {
    this.timeout(60_000);
    await register();
    const ann = await asset.wallet();
    await network.openAccounts([ann.publicKey]);
    await asset.fund(ann, 100n);
    await asset.finalize();
    await asset.stake(ann, 100n);
    const entries = ledger(600_000n, 400_000n);
    const tree = await network.epoch(entries);
    await network.openPage();
    await network.send(settlement(network, { tree, entries }, 0, ['fleet', 2]));
    await asset.send(sweepRevenue({ asset: await asset.asset(), stream: 1 }));
    await asset.nextWindow();
    await chain.passSeconds(DAY);
    await asset.send(claimRevenue({ asset: await asset.asset(), owner: ann.publicKey, stream: 1 }), [ann]);
    expect(await network.balance(ann.publicKey)).to.equal(1_000_000n);
  });

  it('are registered in numbers that fill a transaction', async () => {
    await register(20);
    expect((await network.registry()).deviceCount).to.equal(20);
  });

  it('are retired by the authority', async () => {
    await register();
    const entries = ledger(5n, 7n);
    await network.epoch(entries);
    await asset.send(await retirement(entries, 1), [asset.authority]);
    const record = await fetchOwnerRecord(chain.connection, { network: network.address, index: 1 });
    expect(record).to.include({ retired: true });
    expect(record!.owner.equals(asset.address)).to.equal(true);
  });

  it('are registered and retired by nobody else', async () => {
    const stranger = await fund(chain.connection, 1);
    const built = await registration();
    built.keys[0]!.pubkey = stranger.publicKey;
    await expectError(asset.send(built, [stranger]), 'not-authority');
    await register();
    const entries = ledger(5n, 7n);
    await network.epoch(entries);
    const retiring = await retirement(entries, 0);
    retiring.keys[0]!.pubkey = stranger.publicKey;
    await expectError(asset.send(retiring, [stranger]), 'not-authority');
  });

  it('never get the asset to sign for another program', async () => {
    const built = await registration();
    built.keys[7]!.pubkey = (await asset.asset()).shareProgram;
    await expectError(asset.send(built, [asset.authority]), 'wrong-network');
  });

  it('are of a network that pays in a token the asset shares out', async () => {
    const other = await TestNetwork.create(chain);
    await expectError(asset.send(await registration(1, other), [asset.authority]), 'wrong-reward');
    const none = await registration();
    none.keys[3]!.pubkey = asset.address;
    await expectError(asset.send(none, [asset.authority]), 'wrong-network');
  });

  it('are not retired or registered by the asset’s name alone', async () => {
    const args = { network: network.address, owner: asset.address, payer: chain.payer.publicKey };
    const forged = registerDevices({ ...args, kind: Kind.energy, devices: [], maxFee: 0n });
    forged.keys[0]!.isSigner = false;
    await expectError(asset.send(forged), MISSING_SIGNATURE);
    const leaf = { index: 0, owner: asset.address, earned: 0n, proof: [] };
    const retiring = retireDevice({ network: network.address, payer: chain.payer.publicKey, leaf });
    retiring.keys[0]!.isSigner = false;
    await expectError(asset.send(retiring), MISSING_SIGNATURE);
  });
});
