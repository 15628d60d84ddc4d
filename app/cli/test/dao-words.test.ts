import { toHex } from '@commonwire/sdk/core';
import networkIdl from '@commonwire/sdk/idl/network.json';
import {
  createNetwork,
  fetchNetwork,
  fundVault,
  nameCorrective,
  networkProgram,
  pause,
  setCommittee,
  setGuardian,
  setPolicy,
  withdrawFees,
} from '@commonwire/sdk/network';
import {
  createAssociatedTokenAccountIdempotentInstruction,
  createMintToInstruction,
} from '@solana/spl-token';
import { Keypair, type PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { fund } from '../../../tests/support/chain';
import { creation, POLICY, TestNetwork } from '../../../tests/support/network';
import { govern } from '../src/commands/govern';
import { DaoCommands } from './dao-commands';

const DELAY = 2 * 86_400;
const someone = (): string => Keypair.generate().publicKey.toBase58();

describe('a proposal about a network says what the command says that proposes it', () => {
  let commands: DaoCommands;
  /** Instructions that were proposed and compared. */
  const compared = new Set<string>();

  before(async () => {
    commands = await DaoCommands.start();
  });
  after(() => commands.files.remove());

  /** Proposes what a command does; what `dao show` says of it is the same. @returns what it says, and the proposal */
  const compare = async (network: PublicKey, of: 'govern' | 'guard', action: string, ...more: string[]) => {
    const at = ['--network', network.toBase58()];
    const { proposal, effects } = await commands.propose(of, action, ...at, ...more);
    const shown = await commands.show(proposal);
    const about = `network ${network}`;
    for (const { effects: lines, warnings } of shown) {
      expect(lines[0], action).to.equal(about);
      expect(warnings, action).to.deep.equal([]);
    }
    expect(
      shown.flatMap(({ effects: [, ...lines] }) => lines),
      action,
    ).to.deep.equal(effects);
    expect(effects, action).not.to.have.length(0);
    for (const { executed } of await commands.actions(proposal))
      for (const instruction of executed) compared.add(networkProgram.read(instruction)!.name);
    return { effects, proposal };
  };
  /** The same, and withdraws it again. */
  const same: typeof compare = async (...of) => {
    const told = await compare(...of);
    await commands.cancel(told.proposal);
    return told;
  };
  /** The same, decided and executed. */
  const done: typeof compare = async (...of) => {
    const told = await compare(...of);
    await commands.decide(told.proposal);
    return told;
  };

  /** A network whose rules wait for days to change, of which the treasury is the authority. */
  const governed = async (): Promise<TestNetwork> => {
    const { chain, treasury } = commands;
    const network = await TestNetwork.create(chain, { floors: { changeDelaySeconds: DELAY } });
    const { authority, address } = network;
    const by = { network: address, authority: authority.publicKey };
    const guardian = await fund(chain.connection, 1);
    await network.send(setGuardian({ ...by, guardian: guardian.publicKey }), [authority]);
    // What waits to be applied or withdrawn.
    const another = Keypair.generate().publicKey;
    await network.send(
      [
        setPolicy({ ...by, policy: { ...POLICY, deviceEpochCap: POLICY.deviceEpochCap + 1n } }),
        setCommittee({ ...by, threshold: 1, keys: [another.toBytes()] }),
        setGuardian({ ...by, guardian: another }),
        nameCorrective({ ...by, epoch: 3n }),
      ],
      [authority],
    );
    await network.send(pause({ network: address, guard: guardian.publicKey }), [guardian]);
    const to = ['--network', address.toBase58(), '--to', treasury.toBase58()];
    await commands.run(govern, authority, 'propose-authority', ...to);
    return network;
  };

  it('whatever its authority may do, with all that is announced', async () => {
    const { files, treasury } = commands;
    const network = await governed();
    const { address } = network;
    const accepting = await done(address, 'govern', 'accept-authority');
    expect(accepting.effects).to.deep.equal([`authority ${network.authority.publicKey} -> ${treasury}`]);
    expect((await network.account()).authority.equals(treasury)).to.equal(true);

    const policy = { device_epoch_cap: '5000', epoch_seconds: 60, challenge_seconds: 30 };
    const config = files.json({
      policy: { ...policy, max_capacity: { energy: 7 }, payout_limit: '400000000' },
    });
    const [a, b] = [someone(), someone()];
    const committee = files.json({ committee: { threshold: 2, keys: [a, b] } });
    await same(address, 'govern', 'set-policy', '--config', config);
    const seating = await same(address, 'govern', 'set-committee', '--config', committee);
    expect(seating.effects).to.include.members([`member ${a}`, `member ${b}`]);
    expect(seating.effects.at(-1)).to.match(/^announced only/);
    await same(address, 'govern', 'set-guardian', '--to', someone());
    await same(address, 'govern', 'propose-authority', '--to', someone());
    await same(address, 'govern', 'propose-authority', '--to', 'none');
    await same(address, 'govern', 'name-corrective', '--epoch', '4');
    await same(address, 'govern', 'name-corrective', '--epoch', 'none');
    await same(address, 'govern', 'unpause');
    await same(address, 'govern', 'withdraw-fees');
    await same(address, 'govern', 'withdraw-fees', '--to', someone(), '--allow-any-address');
    for (const rule of ['policy', 'committee', 'guardian'])
      await same(address, 'govern', 'apply-change', '--rule', rule);
    const as = ['--as', 'authority'];
    await same(address, 'guard', 'pause', ...as);
    await same(address, 'guard', 'unpause', ...as);
    const root = toHex(new Uint8Array(32).fill(7));
    await same(address, 'guard', 'veto', ...as, '--root', root);
    for (const rule of ['policy', 'committee', 'guardian', 'corrective'])
      await same(address, 'guard', 'cancel-change', ...as, '--rule', rule);
    const heir = ['--heir', someone(), '--allow-any-address'];
    await done(address, 'govern', 'close-network', '--yes', address.toBase58(), ...heir);
    await same(address, 'guard', 'cancel-change', ...as, '--rule', 'closing');
    await same(address, 'govern', 'finish-close');
  });

  it('also where the treasury is its guardian', async () => {
    const network = await TestNetwork.create(commands.chain);
    const { address, authority } = network;
    const guardian = commands.treasury;
    await network.send(setGuardian({ network: address, authority: authority.publicKey, guardian }), [
      authority,
    ]);
    await done(address, 'guard', 'pause');
    expect((await network.account()).pause.since > 0n).to.equal(true);
  });

  it('also where the treasury is paid back what it has deposited', async () => {
    const { chain, treasury, dao, member } = commands;
    const authority = await fund(chain.connection, 10);
    const { args, signers, instructions, network, mint } = await creation(chain, { authority, funded: true });
    const creating = [...instructions.slice(0, -1), createNetwork({ ...args, authority: treasury })];
    await dao.send(creating, signers);
    const { publicKey: payer } = chain.payer;
    const source = dao.accountOf(treasury, { mint, tokenProgram: args.tokenProgram!, authority });
    await dao.send([
      createAssociatedTokenAccountIdempotentInstruction(payer, source, treasury, mint),
      createMintToInstruction(mint, source, payer, 1_000n),
      SystemProgram.transfer({ fromPubkey: payer, toPubkey: treasury, lamports: 1_000_000_000 }),
    ]);
    const depositing = fundVault({ network, mint, funder: treasury, amount: 1_000n, source });
    await commands.decide((await dao.propose(member, [depositing])).toBase58());
    const { effects } = await same(network, 'govern', 'withdraw-surplus');
    expect(effects[0]).to.match(/for 0\.001 of the 0\.001 deposited$/);
  });

  it('and that is every instruction which an authority or guardian signs', () => {
    const roles = ['authority', 'guard'];
    const theirs = networkIdl.instructions
      .filter(({ accounts }) => accounts.some((one) => 'signer' in one && roles.includes(one.name)))
      .map(({ name }) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()));
    expect(theirs).to.have.length.above(10);
    expect([...compared]).to.include.members(theirs);
  });

  it('warns of another network of which the treasury is not the authority', async () => {
    const { chain, dao, member, treasury } = commands;
    const network = await TestNetwork.create(chain);
    const { address } = network;
    const by = { network: address, authority: treasury };
    const proposal = await dao.propose(member, [withdrawFees({ ...by, recipient: member.publicKey })]);
    const [shown] = await commands.show(proposal.toBase58());
    expect(shown!.effects[0]).to.equal(`network ${address}`);
    const { authority } = await fetchNetwork(chain.connection, address);
    expect(shown!.warnings).to.deep.equal([
      `network ${address} would refuse it now: ${treasury} signs, but it must be ${authority}`,
    ]);
  });
});
