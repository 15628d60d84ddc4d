import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  sendAndConfirm,
  TOKEN_2022_PROGRAM_ID,
  TOKEN_PROGRAM_ID,
  TransactionFailed,
} from '@commonwire/sdk/core';
import {
  checkRewardMint,
  createNetwork,
  fetchNetwork,
  RewardMintError,
  vaultAddress,
} from '@commonwire/sdk/network';
import { AccountLayout } from '@solana/spl-token';
import { Keypair, PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { type EmbeddedChain, expectError, fund, startEmbedded, type TestChain } from '../support/chain';
import { accountOf, type CreationOptions, creation, NETWORK, networkChain } from '../support/network';

import {
  describeMint,
  HARMFUL,
  makeToken2022,
  mintData,
  POINTERS,
  tokenAccountData,
} from '../support/tokens';

const RUST = readFileSync(join(__dirname, '../../crates/onchain/src/mint.rs'), 'utf8');
const UNKNOWN = 'an extension that this program does not know';

async function attempt(chain: TestChain, authority: Keypair, options: Omit<CreationOptions, 'authority'>) {
  const made = await creation(chain, { authority, ...options });
  await sendAndConfirm(chain.connection, chain.payer, made.instructions, { signers: made.signers });
  return made;
}

/** The refusal by the chain and by the SDK, which must be of one mind. */
async function refusals(chain: TestChain, creating: Promise<unknown>, mint: () => PublicKey) {
  const onChain = await creating.then(
    () => expect.fail('the network was created'),
    (error) => error as TransactionFailed,
  );
  expect(onChain).to.be.instanceOf(TransactionFailed);
  const before = await checkRewardMint(chain.connection, mint()).then(
    () => expect.fail('the mint passed'),
    (error) => error as RewardMintError,
  );
  expect(before).to.be.instanceOf(RewardMintError);
  expect(before.code).to.equal(onChain.code, onChain.message);
  expect(before.extension).to.equal(onChain.extension);
  return { onChain, before };
}

describe('the mint of a reward token', () => {
  let chain: TestChain;
  let authority: Keypair;

  before(async () => {
    chain = await networkChain();
    authority = await fund(chain.connection, 100);
  });

  describe('of Token-2022', () => {
    it('may have metadata and group, with their pointers', async () => {
      const { network, mint } = await attempt(chain, authority, {
        tokenProgram: TOKEN_2022_PROGRAM_ID,
        makeMint: (mintAuthority) =>
          makeToken2022(chain, {
            extensions: POINTERS,
            mintAuthority,
            finish: (mint) => describeMint(chain, mint),
          }),
      });
      const account = await fetchNetwork(chain.connection, network);
      expect(account.tokenProgram.equals(TOKEN_2022_PROGRAM_ID)).to.equal(true);
      expect(account.vault.toBase58()).to.equal(
        vaultAddress({ network, mint, tokenProgram: TOKEN_2022_PROGRAM_ID }).toBase58(),
      );
      expect(await checkRewardMint(chain.connection, mint)).to.deep.equal({
        tokenProgram: TOKEN_2022_PROGRAM_ID,
        mintAuthority: network,
        supply: 0n,
        decimals: 6,
      });
    });

    it('may have no extension at all', async () => {
      const { network } = await attempt(chain, authority, { tokenProgram: TOKEN_2022_PROGRAM_ID });
      expect((await fetchNetwork(chain.connection, network)).decimals).to.equal(6);
    });

    for (const extension of HARMFUL) {
      it(`error: ${extension.name}`, async () => {
        let mint = PublicKey.default;
        const makeMint = async (mintAuthority: PublicKey) => {
          const extensions = [POINTERS[0]!, extension];
          mint = await makeToken2022(chain, { extensions, mintAuthority });
          return mint;
        };
        const creating = attempt(chain, authority, { tokenProgram: TOKEN_2022_PROGRAM_ID, makeMint });
        const { onChain, before } = await refusals(chain, creating, () => mint);
        expect(onChain.code).to.equal('unsupported-extension');
        expect(onChain.extension).to.equal(extension.name);
        expect(onChain.logs).to.include(`Program log: ${extension.name}`);
        for (const { message } of [onChain, before]) expect(message).to.include(extension.name);
      });
    }

    it('error: the freeze authority of a funded token', async () => {
      const creating = attempt(chain, authority, {
        tokenProgram: TOKEN_2022_PROGRAM_ID,
        funded: true,
        freezeAuthority: authority.publicKey,
      });
      await expectError(creating, 'freezable-mint');
    });
  });

  describe('of bytes that no token program makes', () => {
    let local: EmbeddedChain;
    let creator: Keypair;

    before(async () => {
      local = await startEmbedded([NETWORK]);
      creator = await fund(local.connection, 100);
    });
    after(() => local.close());

    const put = (owner: PublicKey, data: Uint8Array, address = Keypair.generate().publicKey): PublicKey => {
      local.setAccount({ address, lamports: 10_000_000n, owner, data });
      return address;
    };
    const extended = (network: PublicKey, accountType: number, ...entries: number[]): Buffer =>
      Buffer.concat([mintData(network), Buffer.alloc(83), Buffer.from([accountType, ...entries])]);
    const entry = (kind: number, length: number): number[] => [
      kind & 255,
      kind >> 8,
      length & 255,
      length >> 8,
      ...new Array<number>(length).fill(0),
    ];

    const refused = async (
      makeData: (network: PublicKey) => Uint8Array,
      {
        owner = TOKEN_2022_PROGRAM_ID,
        tokenProgram = owner,
      }: { owner?: PublicKey; tokenProgram?: PublicKey } = {},
    ) => {
      let mint = PublicKey.default;
      const made = await creation(local, {
        authority: creator,
        tokenProgram,
        makeMint: async (network) => {
          mint = put(owner, makeData(network));
          return mint;
        },
      });
      // Without a vault, which the token program would refuse to make for such a mint.
      const creating = sendAndConfirm(local.connection, local.payer, [createNetwork(made.args)], {
        signers: made.signers,
      });
      return refusals(local, creating, () => mint);
    };

    it('error: each extension off the list, by the name that the program has for it', async () => {
      const names = [...RUST.slice(RUST.indexOf('EXTENSIONS'), RUST.indexOf('];')).matchAll(/"([^"]+)"/g)];
      expect(names).to.have.length(29);
      for (let kind = 1; kind <= 30; kind++) {
        if (kind >= 18 && kind <= 23) continue;
        const data = (network: PublicKey) => extended(network, 1, ...entry(18, 64), ...entry(kind, 3));
        const { onChain } = await refused(data);
        expect(onChain.extension).to.equal(names[kind]?.[1] ?? UNKNOWN);
      }
      expect(
        (await refused((network) => extended(network, 1, ...entry(65_535, 0)))).onChain.extension,
      ).to.equal(UNKNOWN);
    });

    it('error: an entry that is longer than the account', async () => {
      const data = (network: PublicKey) => extended(network, 1, ...entry(19, 8)).subarray(0, -1);
      expect((await refused(data)).onChain.code).to.equal('bad-mint');
    });

    const tokenAccount = (mint: PublicKey): Buffer => {
      const data = tokenAccountData(mint, PublicKey.default, { amount: 1n });
      // Where a mint says that it is initialised.
      data[45] = 1;
      return data;
    };
    const uninitialised = (network: PublicKey) => {
      const data = mintData(network);
      data[45] = 0;
      return data;
    };
    for (const [what, data] of [
      ['the account type of a token account', (network: PublicKey) => extended(network, 2, ...entry(18, 64))],
      ['no account type', (network: PublicKey) => extended(network, 0, ...entry(18, 64))],
      ['a mint that was never initialised', uninitialised],
      ['a token account', tokenAccount],
      [
        'a token account with extensions',
        (key: PublicKey) => Buffer.concat([tokenAccount(key), Buffer.of(2)]),
      ],
      ['a multisig', (network: PublicKey) => Buffer.concat([extended(network, 1), Buffer.alloc(355 - 166)])],
      ['nothing', () => Buffer.alloc(0)],
    ] as const) {
      for (const [name, owner] of [
        ['SPL Token', TOKEN_PROGRAM_ID],
        ['Token-2022', TOKEN_2022_PROGRAM_ID],
      ] as const) {
        it(`error: ${what} of ${name}`, async () => {
          expect((await refused(data, { owner })).onChain.code).to.equal('bad-mint');
        });
      }
    }

    it('error: a mint that another program keeps', async () => {
      const { onChain } = await refused((network: PublicKey) => mintData(network), {
        owner: SystemProgram.programId,
        tokenProgram: TOKEN_PROGRAM_ID,
      });
      expect(onChain.code).to.equal('wrong-token-program');
    });

    it('error: no account', async () => {
      const nowhere = Keypair.generate().publicKey;
      await expectError(checkRewardMint(local.connection, nowhere), 'bad-mint');
    });

    it('error: the mint of one token program with the other, or with neither', async () => {
      for (const [owner, tokenProgram] of [
        [TOKEN_PROGRAM_ID, TOKEN_2022_PROGRAM_ID],
        [TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID],
        [TOKEN_PROGRAM_ID, SystemProgram.programId],
        [SystemProgram.programId, SystemProgram.programId],
      ] as const) {
        const made = await creation(local, {
          authority: creator,
          tokenProgram,
          makeMint: async (network) => put(owner, mintData(network)),
        });
        const creating = sendAndConfirm(local.connection, local.payer, [createNetwork(made.args)], {
          signers: made.signers,
        });
        await expectError(creating, 'wrong-token-program');
      }
    });

    it('error: a vault that is missing, of another owner, mint or program, or given away', async () => {
      const key = Keypair.generate().publicKey;
      const vaults: [string, (network: PublicKey, mint: PublicKey) => void, boolean][] = [
        ['missing', () => {}, false],
        ['made', (network, mint) => void vault(network, mint), true],
        ['given away', (network, mint) => void vault(network, mint, { holder: key }), false],
        [
          'of another program',
          (network, mint) => void vault(network, mint, { owner: TOKEN_2022_PROGRAM_ID }),
          false,
        ],
        ['too short', (network, mint) => void vault(network, mint, { bytes: 164 }), false],
      ];
      for (const [what, prepare, passes] of vaults) {
        let mint = PublicKey.default;
        const made = await creation(local, {
          authority: creator,
          makeMint: async (network) => {
            mint = put(TOKEN_PROGRAM_ID, mintData(network));
            return mint;
          },
        });
        prepare(made.network, mint);
        const creating = sendAndConfirm(local.connection, local.payer, [createNetwork(made.args)], {
          signers: made.signers,
        });
        if (passes) await creating;
        else await expectError(creating, 'wrong-vault').catch((error) => expect.fail(`${what}: ${error}`));
      }
    });

    function vault(
      network: PublicKey,
      mint: PublicKey,
      { holder = network, owner = TOKEN_PROGRAM_ID, bytes = AccountLayout.span } = {},
    ): PublicKey {
      const data = tokenAccount(mint);
      holder.toBuffer().copy(data, 32);
      return put(owner, data.subarray(0, bytes), vaultAddress({ network, mint }));
    }

    it("error: a token account of the network's that is not its associated one", async () => {
      const made = await creation(local, {
        authority: creator,
        makeMint: async (network) => put(TOKEN_PROGRAM_ID, mintData(network)),
      });
      const instruction = createNetwork(made.args);
      const data = tokenAccount(made.mint);
      made.network.toBuffer().copy(data, 32);
      accountOf(instruction, 'vault').pubkey = put(TOKEN_PROGRAM_ID, data);
      const creating = sendAndConfirm(local.connection, local.payer, [instruction], {
        signers: made.signers,
      });
      await expectError(creating, 'wrong-vault');
    });
  });
});
