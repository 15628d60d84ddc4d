import {
  type Address,
  address,
  type Base64EncodedWireTransaction,
  createSolanaRpc,
  createSolanaRpcSubscriptions_UNSTABLE,
  isSolanaError,
} from '@solana/kit';
import { mintTo } from '@solana/spl-token';
import { PublicKey, SystemProgram, TransactionMessage, VersionedTransaction } from '@solana/web3.js';
import { expect } from 'chai';
import { decompress } from 'fzstd';
import type { Case } from './case';
import type { World } from './world';

type Rpc = ReturnType<typeof createSolanaRpc>;
type Check = (rpc: Rpc, known: Known, world: World) => Promise<void>;
type Known = { [Name in keyof World['known']]: World['known'][Name] extends string ? Address : number };

const TOKEN = address('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA');
const LOADER = address('BPFLoaderUpgradeab1e11111111111111111111111');

const CONFIRMED = { commitment: 'confirmed' } as const;

const bytesOf = ([data]: readonly [string, string]) => Buffer.from(data, 'base64');

/** The code of the error that an answer is. */
async function codeOf(asking: Promise<unknown>): Promise<number> {
  try {
    await asking;
  } catch (error) {
    if (isSolanaError(error)) return Number(error.context.__code);
    throw error;
  }
  throw new Error('expected an error');
}

async function unsigned({ connection, payer, known }: World): Promise<Base64EncodedWireTransaction> {
  const { blockhash } = await connection.getLatestBlockhash();
  const message = new TransactionMessage({
    payerKey: payer.publicKey,
    recentBlockhash: blockhash,
    instructions: [
      SystemProgram.transfer({
        fromPubkey: payer.publicKey,
        toPubkey: new PublicKey(known.receiver),
        lamports: 5,
      }),
    ],
  }).compileToLegacyMessage();
  const wire = new VersionedTransaction(message).serialize();
  return Buffer.from(wire).toString('base64') as Base64EncodedWireTransaction;
}

const CHECKS: Readonly<Record<string, Check>> = {
  'getAccountInfo in each encoding': async (rpc, { mint, program }) => {
    const raw = await rpc.getAccountInfo(mint, { encoding: 'base64' }).send();
    const zstd = await rpc.getAccountInfo(mint, { encoding: 'base64+zstd' }).send();
    const data = bytesOf(raw.value!.data);
    expect(data).to.have.length(82);
    expect(Buffer.from(decompress(bytesOf(zstd.value!.data)))).to.deep.equal(data);
    const sliced = await rpc
      .getAccountInfo(mint, { encoding: 'base64+zstd', dataSlice: { offset: 4, length: 32 } })
      .send();
    expect(Buffer.from(decompress(bytesOf(sliced.value!.data)))).to.deep.equal(data.subarray(4, 36));
    const small = await rpc.getAccountInfo(mint, { encoding: 'base58' }).send();
    expect(small.value!.data[1]).to.equal('base58');
    const parsed = await rpc.getAccountInfo(program, { encoding: 'jsonParsed' }).send();
    expect(parsed.value!.data).to.have.nested.property('parsed.type', 'program');
  },
  'getAccountInfo of a whole program by base64+zstd': async (rpc, { program }) => {
    const { value } = await rpc.getAccountInfo(program, { encoding: 'base64' }).send();
    const programData = address(new PublicKey(bytesOf(value!.data).subarray(4)).toBase58());
    const raw = await rpc.getAccountInfo(programData, { encoding: 'base64' }).send();
    const zstd = await rpc.getAccountInfo(programData, { encoding: 'base64+zstd' }).send();
    expect(Buffer.from(decompress(bytesOf(zstd.value!.data))).equals(bytesOf(raw.value!.data))).to.equal(
      true,
    );
  },
  'error: getAccountInfo by base58 of more than 128 bytes': async (rpc, { tokenAccount }) => {
    expect(await codeOf(rpc.getAccountInfo(tokenAccount, { encoding: 'base58' }).send())).to.equal(-32600);
  },
  'getMultipleAccounts by base64+zstd': async (rpc, { mint, receiver }) => {
    const { value } = await rpc.getMultipleAccounts([mint, receiver], { encoding: 'base64+zstd' }).send();
    expect(value.map((one) => decompress(bytesOf(one!.data)).length)).to.deep.equal([82, 0]);
  },
  'getProgramAccounts by base64+zstd, with context': async (rpc, { mint }) => {
    const { value } = await rpc
      .getProgramAccounts(TOKEN, {
        encoding: 'base64+zstd',
        withContext: true,
        filters: [{ memcmp: { offset: 0n, bytes: mint as never, encoding: 'base58' } }, { dataSize: 165n }],
      })
      .send();
    expect(value.map(({ account }) => decompress(bytesOf(account.data)).length)).to.deep.equal([165]);
  },
  'getProgramAccounts of the loader, by a slice': async (rpc) => {
    const found = await rpc
      .getProgramAccounts(LOADER, { encoding: 'base64', dataSlice: { offset: 0, length: 4 } })
      .send();
    expect(found.length).to.be.greaterThan(1);
    expect(found.every(({ account }) => bytesOf(account.data).length === 4)).to.equal(true);
  },
  getTokenAccountsByDelegate: async (rpc, { delegate, mint, tokenAccount }) => {
    const { value } = await rpc
      .getTokenAccountsByDelegate(delegate, { mint }, { encoding: 'jsonParsed' })
      .send();
    expect(value.map(({ pubkey }) => pubkey)).to.deep.equal([tokenAccount]);
    const byProgram = await rpc
      .getTokenAccountsByDelegate(delegate, { programId: TOKEN }, { encoding: 'base64+zstd' })
      .send();
    expect(decompress(bytesOf(byProgram.value[0]!.account.data as never)).length).to.equal(165);
  },
  'getTokenAccountsByOwner, parsed': async (rpc, { payer, mint2022, tokenAccount2022 }) => {
    const { value } = await rpc
      .getTokenAccountsByOwner(payer, { mint: mint2022 }, { encoding: 'jsonParsed' })
      .send();
    expect(value.map(({ pubkey }) => pubkey)).to.deep.equal([tokenAccount2022]);
    expect(value[0]!.account.data.parsed.info.tokenAmount.amount).to.equal('700');
  },
  'error: getTokenSupply of what is no mint': async (rpc, { receiver }) => {
    expect(await codeOf(rpc.getTokenSupply(receiver).send())).to.equal(-32602);
  },
  'getLargestAccounts, getSupply': async (rpc, { payer }) => {
    const { value } = await rpc.getLargestAccounts().send();
    expect(value.map((one) => one.address)).to.include(payer);
    expect(
      (await rpc.getSupply({ excludeNonCirculatingAccountsList: true }).send()).value.total > 0n,
    ).to.equal(true);
  },
  getBlocksWithLimit: async (rpc, { slot }) => {
    const found = await rpc.getBlocksWithLimit(BigInt(slot), 2).send();
    expect(found).to.deep.equal([BigInt(slot), BigInt(slot + 1)]);
  },
  'error: getBlock of the future': async (rpc, { slot }) => {
    expect(await codeOf(rpc.getBlock(BigInt(slot + 100_000)).send())).to.equal(-32004);
  },
  'error: getHighestSnapshotSlot of a node that takes none': async (rpc) => {
    expect(await codeOf(rpc.getHighestSnapshotSlot().send())).to.equal(-32008);
  },
  'error: a slot that isn’t reached yet': async (rpc, { payer, slot }) => {
    const asking = rpc.getBalance(payer, { minContextSlot: BigInt(slot + 100_000) }).send();
    expect(await codeOf(asking)).to.equal(-32016);
  },
  'getLeaderSchedule of one validator': async (rpc) => {
    const { identity } = await rpc.getIdentity().send();
    const schedule = await rpc.getLeaderSchedule(null, { identity }).send();
    expect(schedule[identity]).to.have.length(432_000);
    const mine = await rpc.getLeaderSchedule(null).send();
    expect(Object.keys(mine)).to.deep.equal([identity]);
  },
  getVoteAccounts: async (rpc, { voteAccount }) => {
    const { current, delinquent } = await rpc.getVoteAccounts().send();
    expect(current.map(({ votePubkey }) => votePubkey)).to.deep.equal([voteAccount]);
    expect(current[0]!.activatedStake).to.equal(1_000_000_000_000n);
    expect(delinquent).to.deep.equal([]);
  },
  'getBlockProduction, getBlockCommitment': async (rpc, { slot }) => {
    const { identity } = await rpc.getIdentity().send();
    const { value } = await rpc.getBlockProduction({ identity }).send();
    expect(Object.keys(value.byIdentity)).to.deep.equal([identity]);
    const { commitment, totalStake } = await rpc.getBlockCommitment(BigInt(slot)).send();
    expect(commitment).to.equal(null);
    expect(totalStake).to.equal(1_000_000_000_000n);
  },
  'getInflation*': async (rpc, { voteAccount }) => {
    expect((await rpc.getInflationGovernor().send()).taper).to.equal(1);
    expect((await rpc.getInflationRate().send()).validator).to.equal(0);
    expect(await rpc.getInflationReward([voteAccount]).send()).to.deep.equal([null]);
    const { epoch } = await rpc.getEpochInfo().send();
    expect(await codeOf(rpc.getInflationReward([voteAccount], { epoch }).send())).to.equal(-32004);
  },
  'getStakeMinimumDelegation, getEpochSchedule, getGenesisHash': async (rpc) => {
    expect((await rpc.getStakeMinimumDelegation().send()).value).to.equal(1_000_000_000n);
    expect((await rpc.getEpochSchedule().send()).slotsPerEpoch).to.equal(432_000n);
    expect(await rpc.getGenesisHash().send()).to.have.length.within(32, 44);
  },
  'getFirstAvailableBlock, minimumLedgerSlot, getMaxRetransmitSlot, getMaxShredInsertSlot': async (rpc) => {
    const first = await rpc.getFirstAvailableBlock().send();
    expect(await rpc.minimumLedgerSlot().send()).to.equal(first);
    const newest = await rpc.getSlot({ commitment: 'processed' }).send();
    expect((await rpc.getMaxRetransmitSlot().send()) >= newest).to.equal(true);
    expect((await rpc.getMaxShredInsertSlot().send()) >= newest).to.equal(true);
  },
  'getRecentPerformanceSamples, getRecentPrioritizationFees, getTransactionCount, getVersion, getHealth':
    async (rpc, { payer }) => {
      expect(await rpc.getRecentPerformanceSamples(3).send()).to.be.an('array');
      expect((await rpc.getRecentPrioritizationFees([payer]).send()).length).to.be.greaterThan(0);
      expect(Number(await rpc.getTransactionCount().send())).to.be.greaterThan(5);
      expect((await rpc.getVersion().send())['solana-core']).to.match(/^\d+\.\d+\.\d+$/);
      expect(await rpc.getHealth().send()).to.equal('ok');
    },
  'getTransaction, parsed, of a token’s creation': async (rpc, { mint2022 }) => {
    const [newest] = await rpc.getSignaturesForAddress(mint2022, CONFIRMED).send();
    const found = await rpc
      .getTransaction(newest!.signature, {
        ...CONFIRMED,
        encoding: 'jsonParsed',
        maxSupportedTransactionVersion: 0,
      })
      .send();
    const [instruction] = found!.transaction.message.instructions;
    expect(instruction).to.have.nested.property('parsed.type', 'mintTo');
    expect(instruction).to.have.nested.property('parsed.info.mint', mint2022);
  },
  'getTransaction, parsed, with inner instructions': async (rpc, { tokenAccount }) => {
    const all = await rpc.getSignaturesForAddress(tokenAccount, CONFIRMED).send();
    const found = await rpc
      .getTransaction(all.at(-1)!.signature, {
        ...CONFIRMED,
        encoding: 'jsonParsed',
        maxSupportedTransactionVersion: 0,
      })
      .send();
    expect(found!.transaction.message.instructions[0]).to.have.property(
      'program',
      'spl-associated-token-account',
    );
    const types = found!.meta!.innerInstructions![0]!.instructions.map((one) =>
      'parsed' in one ? (one.parsed as { type: string }).type : undefined,
    );
    expect(types).to.include.members([
      'getAccountDataSize',
      'initializeImmutableOwner',
      'initializeAccount3',
    ]);
    expect(found!.meta!.postTokenBalances![0]).to.have.nested.property('uiTokenAmount.uiAmountString', '0');
  },
  'simulateTransaction with fee, balances and what it loads': async (rpc, { receiver }, world) => {
    const { value } = await rpc
      .simulateTransaction(await unsigned(world), {
        ...CONFIRMED,
        encoding: 'base64',
        replaceRecentBlockhash: true,
        innerInstructions: true,
        accounts: { encoding: 'base64+zstd' as never, addresses: [receiver] },
      })
      .send();
    expect(value.err).to.equal(null);
    expect(value).to.have.property('fee', 5000n);
    // The payer and the receiver without data, and the system program with its name as data.
    expect(value).to.have.property('loadedAccountsDataSize', 64 * 3 + 'solana_system_program'.length);
    const { preBalances, postBalances } = value as unknown as Record<string, bigint[]>;
    expect(preBalances![0]! - postBalances![0]!).to.equal(5005n);
    expect(postBalances![1]! - preBalances![1]!).to.equal(5n);
    expect(value.replacementBlockhash?.lastValidBlockHeight).to.be.a('bigint');
    expect(decompress(bytesOf(value.accounts![0]!.data as never)).length).to.equal(0);
  },
  'accountNotifications, parsed': async (_rpc, { tokenAccount }, world) => {
    const subscriptions = createSolanaRpcSubscriptions_UNSTABLE(world.localnet.wsUrl);
    const abort = new AbortController();
    try {
      const options = { abortSignal: abort.signal };
      const accounts = await subscriptions
        .accountNotifications(tokenAccount, { ...CONFIRMED, encoding: 'jsonParsed' })
        .subscribe(options);
      const { connection, payer, known } = world;
      // Values that come before anyone iterates are lost.
      const told = first(accounts);
      await mintTo(connection, payer, new PublicKey(known.mint), new PublicKey(tokenAccount), payer, 0n);
      const { value } = await told;
      expect(value.data).to.have.nested.property('parsed.type', 'account');
    } finally {
      abort.abort();
    }
  },
  'slotsUpdates, slot, root, vote and logs notifications': async (_rpc, _known, world) => {
    const subscriptions = createSolanaRpcSubscriptions_UNSTABLE(world.localnet.wsUrl);
    const abort = new AbortController();
    try {
      const options = { abortSignal: abort.signal };
      const updates = await first(await subscriptions.slotsUpdatesNotifications().subscribe(options));
      expect(updates.type).to.be.oneOf(['completed', 'frozen', 'firstShredReceived', 'createdBank']);
      const slot = await first(await subscriptions.slotNotifications().subscribe(options));
      expect(slot.parent).to.equal(slot.slot - 1n);
      expect(await first(await subscriptions.rootNotifications().subscribe(options))).to.be.a('bigint');
      const vote = await first(await subscriptions.voteNotifications().subscribe(options));
      expect(vote.slots).to.have.length(1);
      const block = await first(
        await subscriptions
          .blockNotifications('all', { ...CONFIRMED, transactionDetails: 'none' })
          .subscribe(options),
      );
      expect(block.value.err).to.equal(null);
    } finally {
      abort.abort();
    }
  },
};

/** The first value that a subscription yields. */
async function first<T>(values: AsyncIterable<T>): Promise<T> {
  for await (const value of values) return value;
  throw new Error('the subscription ended');
}

/** What @solana/kit asks for. */
export const KIT_CASES: readonly Case[] = Object.entries(CHECKS).map(([name, check]) => ({
  name: `@solana/kit: ${name}`,
  check: (world) => check(createSolanaRpc(world.localnet.rpcUrl), world.known as unknown as Known, world),
}));
