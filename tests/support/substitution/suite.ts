import { expect } from 'chai';
import type { Case, Scene } from './case';
import { read, send, simulate } from './outcome';
import { type Altered, alter, type Role, type Substitution } from './substitutes';

/** An account of which another will do, and why. */
export interface Welcome {
  instruction: string;
  account: string;
  by: readonly Substitution[];
  because: string;
}

/**
 * Declares the tests that no account of a program's instructions can be replaced: each is let through as it is, refused
 * with any account changed, and changes nothing then.
 * @param welcome the only exceptions; each is shown to be let through
 */
export function refusesSubstitutes(
  idl: { instructions: readonly { name: string; accounts: readonly Role[] }[] },
  setScene: () => Promise<Scene>,
  welcome: readonly Welcome[],
): void {
  let scene: Scene;

  before(async function () {
    this.timeout(600_000);
    scene = await setScene();
  });

  const isWelcome = (instruction: string, { account, by }: Altered) =>
    welcome.some(
      (entry) => entry.instruction === instruction && entry.account === account && entry.by.includes(by),
    );

  it('is tried for every instruction of the program', () => {
    expect(Object.keys(scene.cases)).to.have.members(idl.instructions.map(({ name }) => name));
  });

  for (const { name, accounts: roles } of idl.instructions) {
    it(`${name}: ${roles.map((role) => role.name).join(', ')}`, async function () {
      this.timeout(60_000);
      const { chain, cases, twins } = scene;
      const [of, twin] = [cases[name]!, twins[name]!];
      expect(await simulate(chain, of), 'the right transaction would succeed').to.equal(null);
      const altered = await alter(scene, { of, twin, roles });
      const told = new Set(altered.map(({ account }) => account));
      for (const role of roles) expect(told.has(role.name), `${role.name} is replaced`).to.equal(true);

      const payer = chain.payer.publicKey.toBase58();
      const touched = [...new Set([of, twin, ...altered].flatMap(keysOf))].filter((key) => key !== payer);
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
}

const keysOf = ({ instructions }: Case): string[] =>
  instructions.flatMap(({ keys }) => keys.map(({ pubkey }) => pubkey.toBase58()));
