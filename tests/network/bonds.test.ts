import {
  decodeBond,
  resign,
  setCommittee,
  setPolicy,
  unlockBond,
  withdrawBond,
} from '@commonwire/sdk/network';
import { Keypair, PublicKey, SystemProgram, type TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import {
  chainTime,
  expectError,
  fund,
  MISSING_SIGNATURE,
  NO_ACCOUNT,
  NOT_INITIALIZED,
  NOT_WRITABLE,
  SAME_ACCOUNT_TWICE,
  type TestChain,
  TOO_FEW_LAMPORTS,
  WRONG_ADDRESS,
  WRONG_OWNER,
} from '../support/chain';
import {
  accountOf,
  beginClosing,
  closeForEver,
  POLICY,
  steadyNetworkChain,
  TestNetwork,
} from '../support/network';

const BOND = 1_000_000n;
const LOCK = POLICY.bondLockSeconds;

describe('bonds', () => {
  let chain: TestChain;
  let network: TestNetwork;
  let depositor: Keypair;
  let rent: number;
  /** An oracle outside the committee. */
  let oracle: Keypair;

  before(async () => {
    chain = await steadyNetworkChain();
    network = await TestNetwork.create(chain);
    depositor = await fund(chain.connection, 100);
  });
  beforeEach(async () => {
    oracle = Keypair.generate();
  });

  const addressOf = (of = oracle, by = depositor, at = network) => at.bondOf(of, by.publicKey);
  const args = (of = oracle, by = depositor, at = network) => ({
    network: at.address,
    oracle: of.publicKey.toBytes(),
    depositor: by.publicKey,
  });
  const deposit = (lamports: bigint, of = oracle, by = depositor, at = network) =>
    at.send(at.deposit(of, lamports, by.publicKey), [by]);
  const unlock = (of = oracle, by = depositor) => network.send(unlockBond(args(of, by)), [by]);
  const withdraw = (of = oracle, by = depositor) => network.send(withdrawBond(args(of, by)), [by]);
  const account = async (of = oracle, by = depositor) => {
    const address = addressOf(of, by);
    const info = await chain.connection.getAccountInfo(address);
    return info && { ...decodeBond(address, info.data), held: info.lamports, size: info.data.length };
  };
  const balance = ({ publicKey }: Keypair) => chain.connection.getBalance(publicKey);
  const setKeys = (
    keys: Keypair[],
    bonds: PublicKey[] | undefined = undefined,
    at = network,
  ): Promise<string> =>
    at.send(
      setCommittee({
        network: at.address,
        authority: at.authority.publicKey,
        threshold: Math.floor(keys.length / 2) + 1,
        keys: keys.map((key) => key.publicKey.toBytes()),
        ...(bonds ? { bonds } : {}),
      }),
      [at.authority],
    );

  describe('deposit_bond', () => {
    it("keeps the lamports behind the oracle, beside the account's rent", async () => {
      const before = await balance(depositor);
      await deposit(BOND);
      const { size, held, ...bond } = (await account())!;
      rent = await chain.connection.getMinimumBalanceForRentExemption(size);
      expect(bond).to.deep.equal({
        network: network.address,
        oracle: oracle.publicKey.toBytes(),
        depositor: depositor.publicKey,
        lamports: BOND,
        unlocksAt: 0n,
      });
      expect(held).to.equal(rent + Number(BOND));
      expect(await balance(depositor)).to.equal(before - held);
    });

    it('adds to what is there', async () => {
      await deposit(BOND);
      const before = await balance(depositor);
      await deposit(7n);
      expect(await account()).to.include({ lamports: BOND + 7n, held: rent + Number(BOND) + 7 });
      expect(await balance(depositor)).to.equal(before - 7);
    });

    it('keeps depositors, oracles and networks apart', async () => {
      const other = await fund(chain.connection, 1);
      const elsewhere = await TestNetwork.create(chain);
      await deposit(BOND);
      await deposit(2n, oracle, other);
      await deposit(3n, Keypair.generate());
      await deposit(4n, oracle, depositor, elsewhere);
      expect((await account())!.lamports).to.equal(BOND);
      expect((await account(oracle, other))!.lamports).to.equal(2n);
    });

    it('works where somebody sent lamports before; they come back with the bond', async () => {
      const gift = 5_000_000;
      const toPubkey = addressOf();
      const fromPubkey = chain.payer.publicKey;
      await network.send(SystemProgram.transfer({ fromPubkey, toPubkey, lamports: gift }));
      const before = await balance(depositor);
      await deposit(BOND);
      expect(await account()).to.include({ lamports: BOND, held: gift + Number(BOND) });
      await unlock();
      await chain.passSeconds(LOCK);
      await withdraw();
      expect(await balance(depositor)).to.equal(before + gift);
    });

    it('stops the time for which the bond was asked back', async () => {
      await deposit(BOND);
      await unlock();
      await deposit(1n);
      expect((await account())!.unlocksAt).to.equal(0n);
      await chain.passSeconds(LOCK);
      await expectError(withdraw(), 'bond-locked');
    });

    it('error: nothing', () => expectError(deposit(0n), 'bond-too-small'));

    it('error: more than the depositor has', async () => {
      const poor = await fund(chain.connection, 0.01);
      await expectError(deposit(10_000_000n, oracle, poor), TOO_FEW_LAMPORTS);
      expect(await account(oracle, poor)).to.equal(null);
    });

    it('error: more than fits', async () => {
      await deposit(1n);
      await expectError(deposit(2n ** 64n - 1n), 'overflow');
    });

    it('error: the network is closed', async () => {
      const closed = await TestNetwork.create(chain);
      await beginClosing(closed);
      await expectError(deposit(BOND, oracle, depositor, closed), 'closed');
    });

    it('error: the address of another oracle, depositor or network, or no signature', async () => {
      const elsewhere = await TestNetwork.create(chain);
      for (const [pubkey, code] of [
        [addressOf(Keypair.generate()), WRONG_ADDRESS],
        [addressOf(oracle, chain.payer), WRONG_ADDRESS],
        [addressOf(oracle, depositor, elsewhere), WRONG_ADDRESS],
        [network.address, SAME_ACCOUNT_TWICE],
      ] as const) {
        const instruction = network.deposit(oracle, BOND, depositor.publicKey);
        accountOf(instruction, 'bond').pubkey = pubkey;
        await expectError(network.send(instruction, [depositor]), code);
      }
      const unsigned = network.deposit(oracle, BOND, depositor.publicKey);
      accountOf(unsigned, 'depositor').isSigner = false;
      await expectError(network.send(unsigned), MISSING_SIGNATURE);
    });
  });

  describe('unlock_bond and withdraw_bond', () => {
    it('give lamports and rent back at the second at which the lock ends', async () => {
      const before = await balance(depositor);
      await deposit(BOND);
      const now = () => chainTime(chain.connection);
      const earliest = (await now()) + BigInt(LOCK);
      await unlock();
      const { unlocksAt } = (await account())!;
      const latest = (await now()) + BigInt(LOCK);
      expect(unlocksAt >= earliest && unlocksAt <= latest, `${earliest} ${unlocksAt} ${latest}`).to.equal(
        true,
      );
      await expectError(withdraw(), 'bond-locked');
      await chain.passSeconds(Number(unlocksAt - 1n - (await now())));
      await expectError(withdraw(), 'bond-locked');
      await chain.passSeconds(1);
      await withdraw();
      expect(await account()).to.equal(null);
      expect(await balance(depositor)).to.equal(before);
    });

    it('asking again brings the time no nearer and no further away', async () => {
      await deposit(BOND);
      await unlock();
      const { unlocksAt } = (await account())!;
      await chain.passSeconds(3);
      await unlock();
      expect((await account())!.unlocksAt).to.equal(unlocksAt);
    });

    it('keep the lock of the policy under which they were asked for', async () => {
      const { address, authority } = network;
      const setLock = (bondLockSeconds: number) =>
        network.send(
          setPolicy({
            network: address,
            authority: authority.publicKey,
            policy: { ...POLICY, bondLockSeconds },
          }),
          [authority],
        );
      await deposit(BOND);
      await unlock();
      const { unlocksAt } = (await account())!;
      await setLock(1000);
      try {
        await unlock();
        expect((await account())!.unlocksAt).to.equal(unlocksAt);
        await chain.passSeconds(LOCK);
        await withdraw();
      } finally {
        await setLock(LOCK);
      }
    });

    it('can be followed by another deposit', async () => {
      await deposit(BOND);
      await unlock();
      await chain.passSeconds(LOCK);
      await withdraw();
      await expectError(withdraw(), NO_ACCOUNT);
      await deposit(3n);
      expect(await account()).to.include({ lamports: 3n, unlocksAt: 0n });
    });

    it('error: it was never asked for', async () => {
      await deposit(BOND);
      await chain.passSeconds(LOCK);
      await expectError(withdraw(), 'bond-locked');
    });

    it('error: the oracle sits on the committee', async () => {
      const member = network.oracles[0]!;
      await deposit(BOND, member);
      await expectError(unlock(member), 'oracle-in-committee');
      await expectError(withdraw(member), 'oracle-in-committee');
    });

    it('error: the oracle is back on the committee when the lock ends', async () => {
      const seated = network.oracles;
      await deposit(BOND);
      await unlock();
      await setKeys([oracle]);
      await chain.passSeconds(LOCK);
      await expectError(withdraw(), 'oracle-in-committee');
      await setKeys(seated);
      await withdraw();
    });

    it("gives a closed network's bonds back though nobody replaces its committee", async () => {
      const closing = await TestNetwork.create(chain);
      const member = closing.oracles[0]!;
      await deposit(BOND, member, depositor, closing);
      const before = await balance(depositor);
      await closeForEver(closing);
      const bond = args(member, depositor, closing);
      await closing.send(unlockBond(bond), [depositor]);
      await expectError(closing.send(withdrawBond(bond), [depositor]), 'bond-locked');
      await chain.passSeconds(LOCK);
      await closing.send(withdrawBond(bond), [depositor]);
      expect(await balance(depositor)).to.equal(before + rent + Number(BOND));
    });

    it('error: the network only begins to close, which can be withdrawn: members resign first', async () => {
      const closing = await TestNetwork.create(chain);
      const member = closing.oracles[0]!;
      await deposit(BOND, member, depositor, closing);
      await beginClosing(closing);
      const bond = args(member, depositor, closing);
      for (const build of [unlockBond, withdrawBond])
        await expectError(closing.send(build(bond), [depositor]), 'oracle-in-committee');
      await closing.send(resign({ network: closing.address, oracle: member.publicKey }), [member]);
      await closing.send(unlockBond(bond), [depositor]);
      await chain.passSeconds(LOCK);
      await closing.send(withdrawBond(bond), [depositor]);
    });

    for (const [name, build] of [
      ['unlock_bond', unlockBond],
      ['withdraw_bond', withdrawBond],
    ] as const) {
      it(`error: ${name} by another, or without a signature, or of another network`, async () => {
        await deposit(BOND);
        await unlock();
        await chain.passSeconds(LOCK);
        const sent = (change: (instruction: TransactionInstruction) => void, signer?: Keypair) => {
          const instruction = build(args());
          change(instruction);
          return network.send(instruction, signer ? [signer] : []);
        };
        const thief = await fund(chain.connection, 1);
        const elsewhere = await TestNetwork.create(chain);
        await expectError(
          sent((instruction) => {
            accountOf(instruction, 'depositor').pubkey = thief.publicKey;
          }, thief),
          'not-depositor',
        );
        await expectError(
          sent((instruction) => {
            accountOf(instruction, 'depositor').isSigner = false;
          }),
          MISSING_SIGNATURE,
        );
        await expectError(
          sent((instruction) => {
            accountOf(instruction, 'network').pubkey = elsewhere.address;
          }, depositor),
          'wrong-bond',
        );
        for (const [pubkey, code] of [
          [network.address, SAME_ACCOUNT_TWICE],
          [network.mint, NO_ACCOUNT],
          [PublicKey.default, NOT_WRITABLE],
        ] as const) {
          await expectError(
            sent((instruction) => {
              accountOf(instruction, 'bond').pubkey = pubkey;
            }, depositor),
            code,
          );
        }
        expect(await account()).to.include({ lamports: BOND });
      });
    }
  });

  describe('set_committee with bonds', () => {
    let bonded: TestNetwork;
    let keys: Keypair[];

    before(async () => {
      bonded = await TestNetwork.create(chain, { policy: { oracleBond: BOND }, oracles: 2, threshold: 2 });
    });
    beforeEach(async () => {
      keys = [1, 2, 3].map(() => Keypair.generate());
    });

    const bondAll = async (lamports = BOND) => {
      for (const key of keys) await deposit(lamports, key, depositor, bonded);
    };
    const bonds = () => keys.map((key) => addressOf(key, depositor, bonded));
    const refused = async (given: PublicKey[] | undefined, code: string) => {
      const before = (await bonded.account()).committee;
      await expectError(setKeys(keys, given, bonded), code);
      expect((await bonded.account()).committee).to.deep.equal(before);
    };

    it('takes members whose bond is what the policy asks for, or more', async () => {
      await bondAll();
      await deposit(1n, keys[0]!, depositor, bonded);
      const { version } = (await bonded.account()).committee;
      await setKeys(keys, bonds(), bonded);
      const { committee } = await bonded.account();
      expect(committee.version).to.equal(version + 1);
      expect(committee.keys).to.deep.equal(keys.map((key) => key.publicKey.toBytes()));
    });

    it('takes the bond of whoever deposited it', async () => {
      await bondAll();
      const other = await fund(chain.connection, 1);
      await deposit(BOND, keys[1]!, other, bonded);
      await setKeys(keys, bonds().with(1, addressOf(keys[1]!, other, bonded)), bonded);
    });

    it('error: none, too few or too many', async () => {
      await bondAll();
      await refused(undefined, 'wrong-bond');
      await refused(bonds().slice(0, 2), 'wrong-bond');
      await refused([...bonds(), bonds()[0]!], 'wrong-bond');
    });

    it('error: in another order, or one for two', async () => {
      await bondAll();
      const [one, two, three] = bonds() as [PublicKey, PublicKey, PublicKey];
      await refused([two, one, three], 'wrong-bond');
      await refused([one, two, two], 'wrong-bond');
    });

    it("error: another oracle's, another network's, or no bond at all", async () => {
      await bondAll();
      const [one, two] = bonds() as [PublicKey, PublicKey, PublicKey];
      const stranger = Keypair.generate();
      await deposit(BOND, stranger, depositor, bonded);
      await deposit(BOND, keys[2]!, depositor, network);
      await refused([one, two, addressOf(stranger, depositor, bonded)], 'wrong-bond');
      await refused([one, two, addressOf(keys[2]!, depositor, network)], 'wrong-bond');
      for (const [other, code] of [
        [bonded.mint, WRONG_OWNER],
        [depositor.publicKey, WRONG_OWNER],
        [Keypair.generate().publicKey, NOT_INITIALIZED],
        [bonded.address, SAME_ACCOUNT_TWICE],
      ] as const)
        await refused([one, two, other], code);
    });

    it('error: a lamport too small, and that of two depositors counts apart', async () => {
      await bondAll(BOND - 1n);
      await deposit(1n, keys[0]!, depositor, bonded);
      await deposit(1n, keys[1]!, depositor, bonded);
      await refused(bonds(), 'bond-too-small');
      const other = await fund(chain.connection, 1);
      await deposit(1n, keys[2]!, other, bonded);
      await refused(bonds(), 'bond-too-small');
      await deposit(1n, keys[2]!, depositor, bonded);
      await setKeys(keys, bonds(), bonded);
    });

    it('error: one that was asked back, until it is deposited again', async () => {
      await bondAll();
      await bonded.send(unlockBond(args(keys[1]!, depositor, bonded)), [depositor]);
      await refused(bonds(), 'bond-too-small');
      await deposit(1n, keys[1]!, depositor, bonded);
      await setKeys(keys, bonds(), bonded);
    });

    it('error: bonds are fine but the committee is not', async () => {
      await bondAll();
      const given = {
        network: bonded.address,
        authority: bonded.authority.publicKey,
        keys: keys.map((key) => key.publicKey.toBytes()),
        bonds: bonds(),
      };
      const sent = (threshold: number) =>
        bonded.send(setCommittee({ ...given, threshold }), [bonded.authority]);
      await expectError(sent(1), 'bad-threshold');
      await sent(2);
    });

    it('error: a policy whose bonds could be taken back before evidence comes', async () => {
      const { address, authority } = bonded;
      const send = (bondLockSeconds: number) =>
        bonded.send(
          setPolicy({
            network: address,
            authority: authority.publicKey,
            policy: { ...POLICY, oracleBond: BOND, bondLockSeconds },
          }),
          [authority],
        );
      const least = 2 * POLICY.epochSeconds + POLICY.challengeSeconds + POLICY.answerSeconds;
      await expectError(send(least - 1), 'bond-lock-too-short');
      await send(least);
    });
  });
});
