import { TransactionInstruction } from '@solana/web3.js';
import { expect } from 'chai';
import idl from '../../app/sdk/src/generated/network.json';
import { networkChain } from '../support/network';
import { makeCases } from '../support/network/substitution/cases';
import { setStages } from '../support/network/substitution/stages';
import type { Case } from '../support/substitution/case';
import { simulate } from '../support/substitution/outcome';

/** What the framework's `InstructionDidNotDeserialize`, for arguments that it can't read, is to the runtime. */
const UNREADABLE = 'InvalidInstructionData';

/** The case with other data in its last instruction. */
const withData = (of: Case, change: (data: Buffer) => Uint8Array): Case => {
  const last = of.instructions.at(-1)!;
  const data = Buffer.from(change(last.data));
  const altered = new TransactionInstruction({ ...last, data });
  return { ...of, instructions: [...of.instructions.slice(0, -1), altered] };
};
const set = (at: number, value: number) => (data: Buffer) => {
  const altered = Buffer.from(data);
  altered[at < 0 ? altered.length + at : at] = value;
  return altered;
};

describe('the arguments of an instruction', () => {
  let cases: Record<string, Case>;
  const outcome = async (name: string, change: (data: Buffer) => Uint8Array) =>
    simulate(await networkChain(), withData(cases[name]!, change));

  before(async function () {
    this.timeout(180_000);
    const [stages] = await setStages(await networkChain());
    cases = await makeCases(stages);
  });

  for (const { name, args } of idl.instructions) {
    it(`${name}: are all of its data, and nothing less`, async () => {
      expect(await outcome(name, (data) => data)).to.equal(null);
      for (const more of [1, 8, 100])
        for (const filling of [0, 255])
          expect(
            await outcome(name, (data) => Buffer.concat([data, Buffer.alloc(more, filling)])),
            `${more} bytes more`,
          ).to.contain(UNREADABLE);
      const bytes = cases[name]!.instructions.at(-1)!.data.length;
      for (const left of args.length > 0 ? [1, bytes - 1] : [])
        expect(await outcome(name, (data) => data.subarray(0, left)), `${left} bytes`).to.contain(UNREADABLE);
    });
  }

  it('are refused where a length reaches beyond them, by one or by as much as it can', async () => {
    const settle = cases.settle!.instructions[0]!.data;
    const length = settle.readUInt32LE(1);
    for (const wrong of [length + 1, length - 1, 0, 2 ** 31, 2 ** 32 - 1]) {
      const change = (data: Buffer) => {
        const altered = Buffer.from(data);
        altered.writeUInt32LE(wrong, 1);
        return altered;
      };
      expect(await outcome('settle', change), `${wrong}`).to.contain(UNREADABLE);
    }
    const keys = (data: Buffer) => {
      const altered = Buffer.from(data);
      altered.writeUInt32LE(2 ** 27 + 3, 2);
      return altered;
    };
    expect(await outcome('set_committee', keys)).to.contain(UNREADABLE);
  });

  it('are refused where a value is none of its type', async () => {
    // The rules are 0 to 4.
    for (const rule of [5, 255]) {
      expect(await outcome('apply_rule_change', set(-1, rule))).to.contain(UNREADABLE);
      expect(await outcome('cancel_rule_change', set(-1, rule))).to.contain(UNREADABLE);
    }
    // Discriminator, id, genesis hash, authority and guardian come before `funded`.
    expect(await outcome('create_network', set(1 + 8 + 32 + 64, 2))).to.contain(UNREADABLE);
    const { data } = cases.challenge_epoch!.instructions[0]!;
    const proof = data.readUInt32LE(1 + 4 + 40);
    expect(await outcome('challenge_epoch', set(1 + 4 + 40 + 4 + proof, 2))).to.contain(UNREADABLE);
  });

  it('are those of an instruction that exists', async () => {
    const numbers = new Set(idl.instructions.map(({ discriminator }) => discriminator[0]));
    for (const number of [0, 38, 99, 254].filter((one) => !numbers.has(one)))
      expect(await outcome('cut_epoch', () => Uint8Array.of(number)), `${number}`).to.contain(
        'InstructionError',
      );
    expect(await outcome('cut_epoch', () => new Uint8Array())).to.contain('InstructionError');
  });
});
