import type { PublicKey } from '@solana/web3.js';
import { expect } from 'chai';
import idl from '../../app/sdk/src/generated/network.json';
import type { TestChain } from '../support/chain';
import { networkChain } from '../support/network';
import { type Case, makeCases } from '../support/network/substitution/cases';
import { type Stages, setStages } from '../support/network/substitution/stages';
import { read, send, simulate } from '../support/substitution/outcome';
import { type Altered, alter, type Role, type Substitution } from '../support/substitution/substitutes';

/** Accounts of which another will do, and why. Each is shown to be let through; any that isn't named here is refused. */
const WELCOME: readonly { instruction: string; account: string; by: Substitution[]; because: string }[] = [
  {
    instruction: 'register_devices',
    account: 'owner',
    by: ['a random key', "another network's"],
    because: 'anybody may register devices, for whoever signs as their owner',
  },
  ...['register_devices', 'transfer_device', 'retire_device', 'open_page'].map((instruction) => ({
    instruction,
    account: 'payer',
    by: ['a random key', "another network's"] as Substitution[],
    because: 'anybody may pay, who signs',
  })),
  {
    instruction: 'withdraw_fees',
    account: 'recipient',
    by: ["another network's"],
    because: 'the authority pays fees out to whom it wants',
  },
];

const isWelcome = (instruction: string, { account, by }: Altered) =>
  WELCOME.some(
    (entry) => entry.instruction === instruction && entry.account === account && entry.by.includes(by),
  );

describe('a wrong account in place of a right one', () => {
  let chain: TestChain;
  let stages: Stages;
  let cases: Record<string, Case>;
  let twins: Record<string, Case>;

  before(async function () {
    this.timeout(180_000);
    chain = await networkChain();
    const [first, second] = await setStages(chain);
    stages = first;
    [cases, twins] = await Promise.all([makeCases(first), makeCases(second)]);
  });

  it('is tried for every instruction of the program', () => {
    expect(Object.keys(cases)).to.have.members(idl.instructions.map(({ name }) => name));
  });

  for (const { name, accounts } of idl.instructions) {
    it(`${name}: ${accounts.map((account) => account.name).join(', ')}`, async function () {
      this.timeout(60_000);
      const [of, twin] = [cases[name]!, twins[name]!];
      expect(await simulate(chain, of), 'the right transaction would succeed').to.equal(null);
      const roles: readonly Role[] = accounts;
      const altered = await alter(stages, { of, twin, roles });
      const told = new Set(altered.map(({ account }) => account));
      for (const role of roles) expect(told.has(role.name), `${role.name} is replaced`).to.equal(true);

      const touched = [...new Set([of, twin, ...altered].flatMap(keysOf))];
      const before = await read(chain, touched);
      for (const one of altered.filter((each) => isWelcome(name, each))) {
        expect(await simulate(chain, one), `${one.account}: ${one.by} is welcome`).to.equal(null);
      }
      const wrong = altered.filter((each) => !isWelcome(name, each));
      const outcomes = await Promise.all(wrong.map((one) => send(chain, one)));
      const passed = wrong
        .filter((_, at) => outcomes[at] === null)
        .map(({ account, by }) => `${account}: ${by}`);
      expect(passed, 'went through').to.deep.equal([]);
      expect(await read(chain, touched), 'nothing changed').to.deep.equal(before);
      expect(await simulate(chain, of), 'the right transaction still would succeed').to.equal(null);
    });
  }

  /** All accounts of a case but the one that pays its fees. */
  const keysOf = ({ instructions }: Case): string[] =>
    instructions
      .flatMap(({ keys }) => keys.map(({ pubkey }) => pubkey))
      .filter((key) => !key.equals(chain.payer.publicKey))
      .map((key: PublicKey) => key.toBase58());
});
