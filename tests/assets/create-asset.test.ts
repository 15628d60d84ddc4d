import { assetAddress, createAsset, fetchAssets, type Terms } from '@commonwire/sdk/assets';
import { TOKEN_2022_PROGRAM_ID } from '@commonwire/sdk/core';
import { getMint } from '@solana/spl-token';
import { Keypair, type PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { assetCreation, assetsChain, DAY, makeMint, send, TestAsset } from '../support/assets';
import { expectError, type TestChain } from '../support/chain';
import { HARMFUL, makeToken2022, mintInstructions, POINTERS } from '../support/tokens';

const YEAR = 366n * BigInt(DAY);

describe('create_asset', () => {
  let chain: TestChain;

  before(async () => {
    chain = await assetsChain();
  });

  const create = (options: Parameters<typeof TestAsset.create>[1]) => TestAsset.create(chain, options);
  const refuses = (terms: Partial<Terms>, code: string) => expectError(create({ terms }), code);

  it('makes the share mint, which nobody but the asset can mint or freeze', async () => {
    for (const permits of [false, true]) {
      const { shareMint, shareProgram, address } = await (await create({ permits })).asset();
      const mint = await getMint(chain.connection, shareMint, 'processed', shareProgram);
      expect(mint.decimals).to.equal(0);
      expect(mint.mintAuthority!.equals(address)).to.equal(true);
      expect(mint.freezeAuthority?.toBase58()).to.equal(permits ? address.toBase58() : undefined);
    }
  });

  it('is found by its creator', async () => {
    const asset = await create({});
    const found = await fetchAssets(chain.connection, asset.creator.publicKey);
    expect(found.map(({ address }) => address.toBase58())).to.deep.equal([asset.address.toBase58()]);
  });

  it('does without a reward token, and works where lamports were sent before', async () => {
    const { args, signers, instructions } = await assetCreation(chain, { reward: null });
    const gift = { fromPubkey: chain.payer.publicKey, toPubkey: assetAddress(args), lamports: 1_000_000 };
    await send(chain, [SystemProgram.transfer(gift), ...instructions], signers);
    await expectError(send(chain, instructions, signers), 'wrong-address');
  });

  it('error: a bad goal', async () => {
    await refuses({ price: 0n }, 'bad-goal');
    await refuses({ minShares: 0n }, 'bad-goal');
    await refuses({ minShares: 101n }, 'bad-goal');
    await refuses({ maxShares: 2n ** 63n, price: 2n }, 'bad-goal');
    await create({ terms: { maxShares: 2n ** 64n - 1n, price: 1n } });
  });

  it('error: a deadline in the past, or far away', async () => {
    await expectError(create({ fundingSeconds: 0 }), 'bad-deadline');
    await expectError(create({ fundingSeconds: -DAY }), 'bad-deadline');
    await expectError(create({ fundingSeconds: Number(YEAR) + DAY }), 'bad-deadline');
    await refuses({ deadline: -1n }, 'bad-deadline');
  });

  it('error: tranches that do not add up, or whose dates do not rise from the deadline', async () => {
    const { terms } = await (await create({})).asset();
    const date = terms.deadline;
    const bad: Terms['tranches'][] = [
      [],
      [{ part: 9_999, date }],
      [
        { part: 5_000, date },
        { part: 5_001, date },
      ],
      [{ part: 10_000, date: date - BigInt(DAY) }],
      [
        { part: 5_000, date: date + 5n * BigInt(DAY) },
        { part: 5_000, date: date + 4n * BigInt(DAY) },
      ],
      [{ part: 10_000, date: date + 6n * YEAR }],
      [{ part: 10_000, date: 2n ** 63n - 1n }],
    ];
    for (const tranches of bad) await refuses({ deadline: date, tranches }, 'bad-tranches');
    const after = Array.from({ length: 8 }, (_, at) => ({ part: 1250, date: date + BigInt(at) }));
    await create({ terms: { deadline: date, tranches: after } });
  });

  it('error: windows shorter than a day, or longer than a year', async () => {
    await refuses({ windowSeconds: BigInt(DAY) - 1n }, 'bad-window');
    await refuses({ windowSeconds: YEAR + 1n }, 'bad-window');
  });

  it('error: no builder or no authority', async () => {
    const { args, signers } = await assetCreation(chain);
    const zero = SystemProgram.programId;
    for (const changed of [
      { ...args, authority: zero },
      { ...args, terms: { ...args.terms, builder: zero } },
    ])
      await expectError(send(chain, createAsset(changed), signers), 'bad-role');
  });

  it('error: a token that can be frozen', async () => {
    const key = Keypair.generate();
    const { publicKey } = chain.payer;
    const options = { mintAuthority: publicKey, freezeAuthority: publicKey };
    await send(chain, await mintInstructions(chain, key.publicKey, options), [key]);
    await expectError(create({ payment: { mint: key.publicKey } }), 'freezable-mint');
    await expectError(create({ reward: { mint: key.publicKey } }), 'freezable-mint');
  });

  it('error: a token with an extension that could hold payments back', async function () {
    this.timeout(60_000);
    for (const extension of HARMFUL) {
      const mintAuthority = chain.payer.publicKey;
      const mint = await makeToken2022(chain, { extensions: [extension], mintAuthority });
      const token = { mint, tokenProgram: TOKEN_2022_PROGRAM_ID };
      const { instructions, signers } = await assetCreation(chain, { payment: token, reward: null });
      await expectError(send(chain, instructions, signers), 'unsupported-extension');
    }
  });

  it('takes a token of Token-2022 that only says more of itself', async () => {
    const mintAuthority = chain.payer.publicKey;
    const mint = await makeToken2022(chain, { extensions: POINTERS, mintAuthority });
    const asset = await create({ payment: { mint, tokenProgram: TOKEN_2022_PROGRAM_ID } });
    const [ann] = await asset.funded(20n);
    expect(await asset.sharesOf(ann!)).to.equal(20n);
  });

  it('error: one token for both streams', async () => {
    const mint = await makeMint(chain);
    await expectError(create({ payment: { mint }, reward: { mint } }), 'same-mint');
  });

  it('error: no mint, or another token program', async () => {
    const { args, signers, instructions } = await assetCreation(chain);
    await send(chain, instructions.slice(0, -1), signers);
    const changed = (at: number, key: PublicKey) => {
      const built = createAsset(args).at(-1)!;
      built.keys[at]!.pubkey = key;
      return send(chain, [built], signers);
    };
    const vault = instructions.at(-1)!.keys[6]!.pubkey;
    await expectError(changed(5, vault), 'bad-mint');
    for (const at of [7, 8, 11]) await expectError(changed(at, TOKEN_2022_PROGRAM_ID), 'wrong-token-program');
  });
});
