import { PROGRAM_ID } from '@commonwire/sdk/network';
import type { NetworkInfo, OwnerInfo } from '@commonwire/sdk/oracle';
import { getAssociatedTokenAddressSync } from '@solana/spl-token';
import { Keypair } from '@solana/web3.js';
import { expect } from 'chai';
import { expectError } from '../../../tests/support/chain';
import { closeTokens } from '../../../tests/support/tokens/closing';
import { signedBy } from '../../../tests/support/web/injected-wallet';
import { PaidNetwork } from '../../cli/test/paid-network';
import { settlementOf } from '../../cli/test/stub-oracle';
import { planCollection } from '../src/collect/collection';
import { addTexts } from '../src/text';
import { catalog } from '../src/text/catalog-pages-en';
import { Chain } from '../src/transact/chain';
import { carryOut, type Outcome } from '../src/transact/plan';
import type { Connected } from '../src/transact/wallets';

describe('web application: collection on a chain', () => {
  let paid: PaidNetwork;
  let chain: Chain;
  let network: NetworkInfo;
  let entries: ReturnType<PaidNetwork['ledger']>;
  let earned = 0n;

  before(async () => {
    addTexts('en', catalog);
    paid = await PaidNetwork.create();
    const { address, mint, chain: node } = paid.test;
    chain = new Chain(node.connection.rpcEndpoint);
    network = { program: `${PROGRAM_ID}`, network: `${address}`, mint: `${mint}` } as NetworkInfo;
  });

  beforeEach(async () => {
    earned += 1_000n;
    entries = paid.ledger(earned, 2n * earned, 5n, 6n, 3n * earned);
    await paid.promote(entries);
  });

  const owner = () => paid.owners[0]!;
  /** Signs as a browser's wallet does. */
  const walletOf = (key: Keypair, takesV1: boolean): Connected => ({
    address: key.publicKey.toBase58(),
    takesV1,
    sign: async (wires) => wires.map((wire) => signedBy(key, wire)),
  });
  const plan = (wallet: Connected, node = chain) =>
    planCollection({
      chain: node,
      network,
      wallet,
      readOwner: async () => {
        const settlements = [settlementOf(1, entries, 0, 2), settlementOf(1, entries, 4, 1)];
        return { owner: `${owner().publicKey}`, settlements } as OwnerInfo;
      },
    });
  const account = () => getAssociatedTokenAddressSync(paid.test.mint, owner().publicKey);
  const balance = async () =>
    BigInt((await paid.test.chain.connection.getTokenAccountBalance(account())).value.amount);

  for (const takesV1 of [true, false]) {
    it(`pays what it has shown, by a transaction of version ${takesV1 ? 1 : 0}`, async () => {
      const before = await balance();
      const wallet = walletOf(owner(), takesV1);
      const planned = (await plan(wallet))!;
      expect(planned.version).to.equal(takesV1 ? 1 : 0);
      expect(planned.transactions).to.have.length(1);
      expect(planned).to.include({ fee: 5_000n, rent: 0n });
      expect(await balance(), 'nothing is sent by a plan').to.equal(before);
      const told: Outcome[] = [];
      await carryOut(chain, planned, wallet, (_, outcome) => told.push(outcome));
      expect(told).to.deep.equal(['waiting', 'confirmed']);
      expect((await balance()) - before).to.equal(planned.pays);
      expect(planned.pays).to.equal(6_000n);
    });
  }

  it('sends nothing if the wallet declines', async () => {
    const before = await balance();
    const declining: Connected = {
      ...walletOf(owner(), true),
      sign: async () => {
        throw new Error('User rejected the request.');
      },
    };
    const planned = (await plan(declining))!;
    await expectError(
      carryOut(chain, planned, declining, () => {}),
      /^User rejected the request\.$/,
    );
    expect(await balance()).to.equal(before);
  });

  it('says if the wallet has no SOL, or the chain is down', async () => {
    const poor = walletOf(Keypair.generate(), true);
    await expectError(plan(poor), /too little SOL/);
    await expectError(plan(poor, new Chain('http://127.0.0.1:9')), 'rpc-unreachable');
  });

  it('makes the token account where it is missing, and says what stays in it', async () => {
    const wallet = walletOf(owner(), true);
    await carryOut(chain, (await plan(wallet))!, wallet, () => {});
    const to = paid.owners[2]!.publicKey;
    await closeTokens(paid.test.chain.connection, { owner: owner(), mint: paid.test.mint, to });
    earned += 1_000n;
    entries = paid.ledger(earned, 2n * earned, 5n, 6n, 3n * earned);
    await paid.promote(entries);
    const planned = (await plan(wallet))!;
    expect(Number(planned.rent)).to.be.greaterThan(100_000);
    await carryOut(chain, planned, wallet, () => {});
    expect(await balance()).to.equal(planned.pays);
  });
});
