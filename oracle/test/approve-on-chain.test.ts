import { approvalAddress } from '@commonwire/sdk/network';
import { Ed25519Program } from '@solana/web3.js';
import { expect } from 'chai';
import { RpcProxy } from '../../tests/support/rpc-proxy';
import { MemberNetwork } from './support/member-network';

describe('a cluster without the Ed25519 program', function () {
  this.timeout(400_000);
  let net: MemberNetwork;
  let proxy: RpcProxy;

  before(async () => {
    net = await MemberNetwork.create({
      rpcUrl: async ({ connection }) => {
        const absent = new Set([Ed25519Program.programId.toBase58()]);
        proxy = await RpcProxy.start(connection.rpcEndpoint, { absent });
        return proxy.url;
      },
    });
  });
  after(async () => {
    await net.stop();
    await proxy.close();
  });

  it('has epochs posted by approvals alone, pays them, and gets the rent of approvals back', async () => {
    const { network, members } = net;
    const { connection } = network.chain;
    await net.ready();
    await net.collect();
    for (const epoch of [1n, 2n, 3n]) {
      if (epoch > 1n) await net.cut();
      await net.posted(epoch, 0);
      await net.paid(epoch);
    }
    expect((await network.account()).totalPaid > 0n).to.equal(true);
    const posted = members.flatMap(({ events }) => events.posted);
    expect(posted.map(({ epoch }) => epoch).sort()).to.deep.equal([1, 2, 3]);
    for (const { signature } of posted) {
      const transaction = await connection.getTransaction(signature, { maxSupportedTransactionVersion: 1 });
      const keys = transaction!.transaction.message.getAccountKeys().staticAccountKeys;
      expect(keys.map((key) => key.toBase58())).to.not.include(Ed25519Program.programId.toBase58());
    }
    const approved = (epoch: number) =>
      members.map(({ events }) => events.approved.filter((one) => one.epoch === epoch));
    for (const one of [1, 2, 3].flatMap(approved))
      expect(one.map(({ attempt }) => attempt)).to.deep.equal(one.length > 0 ? [0] : []);
    expect(approved(1).flat()).to.have.length.within(2, 3);

    const { version } = (await network.account()).committee;
    const exist = async (epoch: bigint) => {
      const addresses = network.oracles.map((oracle) =>
        approvalAddress({
          network: network.address,
          committeeVersion: version,
          epoch,
          attempt: 0,
          oracle: oracle.publicKey.toBytes(),
        }),
      );
      return (await connection.getMultipleAccountsInfo(addresses)).filter((info) => info !== null).length;
    };
    await net.until('approvals closed', async () => (await exist(1n)) === 0);
    expect(await exist(3n)).to.be.at.least(2);
    expect(members.flatMap(({ failed }) => failed)).to.deep.equal([]);
  });
});
