import { TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID } from '@solana/spl-token';
import {
  type Connection,
  Keypair,
  NonceAccount,
  type ParsedAccountData,
  PublicKey,
  SYSVAR_CLOCK_PUBKEY,
  SYSVAR_RENT_PUBKEY,
  SystemProgram,
  TransactionMessage,
  VersionedTransaction,
} from '@solana/web3.js';
import { expect } from 'chai';
import type { Case } from './case';
import type { World } from './world';

type Check = (connection: Connection, known: World['known'], world: World) => Promise<void>;

const key = (text: string) => new PublicKey(text);

const parsedAs = async (connection: Connection, address: string) => {
  const { value } = await connection.getParsedAccountInfo(key(address));
  return value!.data as ParsedAccountData;
};

async function unsignedTransfer({ connection, payer, known }: World): Promise<VersionedTransaction> {
  const { blockhash } = await connection.getLatestBlockhash();
  return new VersionedTransaction(
    new TransactionMessage({
      payerKey: payer.publicKey,
      recentBlockhash: blockhash,
      instructions: [
        SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: key(known.receiver), lamports: 5 }),
      ],
    }).compileToV0Message(),
  );
}

const VERSIONED = { maxSupportedTransactionVersion: 0 as number, commitment: 'confirmed' as const };

const CHECKS: Readonly<Record<string, Check>> = {
  'getAccountInfo of a sysvar': async (connection) => {
    expect((await connection.getAccountInfo(SYSVAR_CLOCK_PUBKEY))?.data).to.have.length(40);
  },
  'getParsedAccountInfo of a mint': async (connection, { mint, payer }) => {
    const { program, parsed } = await parsedAs(connection, mint);
    expect(program).to.equal('spl-token');
    expect(parsed).to.deep.equal({
      type: 'mint',
      info: {
        decimals: 6,
        freezeAuthority: null,
        isInitialized: true,
        mintAuthority: payer,
        supply: '5500000',
      },
    });
  },
  'getParsedAccountInfo of a token account with a delegate': async (connection, known) => {
    const { parsed } = await parsedAs(connection, known.tokenAccount);
    expect(parsed.info).to.deep.include({ mint: known.mint, owner: known.payer, delegate: known.delegate });
    expect(parsed.info.delegatedAmount.uiAmountString).to.equal('0.25');
    expect(parsed.info.isNative).to.equal(false);
  },
  'getParsedAccountInfo of a Token-2022 mint with extensions': async (connection, { mint2022 }) => {
    const { program, parsed } = await parsedAs(connection, mint2022);
    expect(program).to.equal('spl-token-2022');
    const extensions = new Map(
      parsed.info.extensions.map((one: { extension: string; state: object }) => [one.extension, one.state]),
    );
    expect(extensions.get('interestBearingConfig')).to.deep.include({ currentRate: 500 });
    expect(extensions.get('metadataPointer')).to.deep.include({ metadataAddress: mint2022 });
    expect(extensions.get('tokenMetadata')).to.deep.include({ name: 'Watt', symbol: 'WATT' });
  },
  'getParsedAccountInfo of a Token-2022 account': async (connection, { tokenAccount2022 }) => {
    const { parsed } = await parsedAs(connection, tokenAccount2022);
    expect(parsed.info.extensions).to.deep.equal([{ extension: 'immutableOwner' }]);
    expect(parsed.info.tokenAmount.amount).to.equal('700');
  },
  'getNonce, parsed and not': async (connection, { nonce, payer }) => {
    const { program, parsed } = await parsedAs(connection, nonce);
    const raw = NonceAccount.fromAccountData((await connection.getAccountInfo(key(nonce)))!.data);
    expect(program).to.equal('nonce');
    expect(parsed.info).to.deep.equal({
      authority: payer,
      blockhash: raw.nonce,
      feeCalculator: { lamportsPerSignature: '5000' },
    });
  },
  'getAddressLookupTable, parsed and not': async (connection, { table, receiver, payer }) => {
    const { value } = await connection.getAddressLookupTable(key(table));
    expect(value?.state.addresses.map(String)).to.deep.equal([receiver]);
    const { parsed } = await parsedAs(connection, table);
    expect(parsed.type).to.equal('lookupTable');
    expect(parsed.info).to.deep.include({ addresses: [receiver], authority: payer });
  },
  'getParsedAccountInfo of a program and its data': async (connection, { program }) => {
    const { parsed } = await parsedAs(connection, program);
    expect(parsed.type).to.equal('program');
    const data = await parsedAs(connection, parsed.info.programData);
    expect(data.parsed.type).to.equal('programData');
    expect(data.parsed.info.authority).to.equal(null);
    // Without an authority a validator shows the room for it before the program.
    expect(Buffer.from(data.parsed.info.data[0], 'base64').subarray(33, 36).toString()).to.equal('ELF');
  },
  'getParsedAccountInfo of the rent sysvar': async (connection) => {
    const { parsed } = await parsedAs(connection, SYSVAR_RENT_PUBKEY.toBase58());
    expect(parsed).to.deep.equal({ type: 'rent', info: { lamportsPerByte: '5080' } });
  },
  getMultipleParsedAccounts: async (connection, { mint, receiver }) => {
    const { value } = await connection.getMultipleParsedAccounts([key(mint), key(receiver)]);
    expect((value[0]!.data as ParsedAccountData).parsed.type).to.equal('mint');
    expect(value[1]!.data).to.deep.equal(Buffer.alloc(0));
  },
  'getParsedProgramAccounts of the token program': async (connection, { mint, tokenAccount }) => {
    const found = await connection.getParsedProgramAccounts(TOKEN_PROGRAM_ID, {
      filters: [{ dataSize: 165 }, { memcmp: { offset: 0, bytes: mint } }],
    });
    expect(found.map(({ pubkey }) => pubkey.toBase58())).to.deep.equal([tokenAccount]);
  },
  'getTokenAccountsByOwner by mint and by program': async (connection, known) => {
    const byMint = await connection.getTokenAccountsByOwner(key(known.payer), { mint: key(known.mint) });
    const byProgram = await connection.getParsedTokenAccountsByOwner(key(known.payer), {
      programId: TOKEN_2022_PROGRAM_ID,
    });
    expect(byMint.value.map(({ pubkey }) => pubkey.toBase58())).to.deep.equal([known.tokenAccount]);
    expect(byProgram.value.map(({ pubkey }) => pubkey.toBase58())).to.deep.equal([known.tokenAccount2022]);
  },
  'error: getTokenAccountsByOwner of a mint that is none': async (connection, { payer, receiver }) => {
    const asking = connection.getTokenAccountsByOwner(key(payer), { mint: Keypair.generate().publicKey });
    expect(await messageOf(asking)).to.contain('Invalid param: could not find mint');
    const wallet = connection.getTokenAccountsByOwner(key(payer), { mint: key(receiver) });
    expect(await messageOf(wallet)).to.contain('Invalid param: Token mint could not be unpacked');
  },
  'getTokenAccountBalance, getTokenSupply, getTokenLargestAccounts': async (connection, known) => {
    const { value: balance } = await connection.getTokenAccountBalance(key(known.tokenAccount));
    expect(balance).to.deep.equal({ amount: '5500000', decimals: 6, uiAmount: 5.5, uiAmountString: '5.5' });
    expect((await connection.getTokenSupply(key(known.mint))).value.uiAmount).to.equal(5.5);
    const { value: largest } = await connection.getTokenLargestAccounts(key(known.mint));
    expect(largest.map(({ address }) => address.toBase58())).to.deep.equal([known.tokenAccount]);
  },
  'getParsedTransaction with a memo': async (connection, { transfer, payer, receiver }) => {
    const found = await connection.getParsedTransaction(transfer, VERSIONED);
    const [pay, memo] = found!.transaction.message.instructions;
    expect(pay).to.deep.include({
      program: 'system',
      parsed: { type: 'transfer', info: { source: payer, destination: receiver, lamports: 1_000_000_000 } },
    });
    expect(memo).to.deep.include({ program: 'spl-memo', parsed: 'for the reading' });
    const [signer] = found!.transaction.message.accountKeys;
    expect(signer).to.deep.include({ signer: true, writable: true, source: 'transaction' });
  },
  'getTransaction of a version 0 one, by a table': async (connection, { versioned, receiver }) => {
    const found = await connection.getTransaction(versioned, VERSIONED);
    expect(found).to.have.property('version', 0);
    expect(found?.meta?.loadedAddresses?.writable.map(String)).to.deep.equal([receiver]);
    const parsed = await connection.getParsedTransaction(versioned, VERSIONED);
    expect(parsed!.transaction.message.accountKeys.map(({ source }) => source)).to.include('lookupTable');
  },
  'error: getTransaction of a version that wasn’t asked for': async (connection, { versioned }) => {
    const asking = connection.getTransaction(versioned, { commitment: 'confirmed' });
    expect(await messageOf(asking)).to.contain('Transaction version (0) is not supported');
  },
  'getTransaction of a failed one': async (connection, { failed }) => {
    const found = await connection.getTransaction(failed, VERSIONED);
    expect(found?.meta?.err).to.deep.equal({ InstructionError: [0, { Custom: 1 }] });
    expect(found?.meta?.fee).to.equal(5000);
  },
  'getSignaturesForAddress with memos': async (connection, { transfer, receiver }) => {
    const list = await connection.getSignaturesForAddress(key(receiver));
    const found = list.find(({ signature }) => signature === transfer);
    expect(found?.memo).to.equal('[15] for the reading');
  },
  'error: getSignaturesForAddress before an unknown one': async (connection, { receiver }) => {
    const before = '1'.repeat(64);
    const asking = connection.getSignaturesForAddress(key(receiver), { before });
    expect(await messageOf(asking)).to.contain(`Transaction ${before} not found`);
  },
  getSignatureStatuses: async (connection, { transfer }) => {
    const { value } = await connection.getSignatureStatuses([transfer], { searchTransactionHistory: true });
    expect(value[0]).to.deep.include({ confirmationStatus: 'finalized', confirmations: null, err: null });
  },
  'getBlock in every detail': async (connection, { slot, transfer }) => {
    const full = await connection.getBlock(slot, VERSIONED);
    expect(full?.transactions.map(({ transaction }) => transaction.signatures[0])).to.include(transfer);
    const parsed = await connection.getParsedBlock(slot, VERSIONED);
    expect(parsed.transactions.length).to.equal(full?.transactions.length);
    const accounts = await connection.getBlock(slot, { ...VERSIONED, transactionDetails: 'accounts' });
    expect(accounts?.transactions[0]).to.have.nested.property('transaction.accountKeys[0].signer', true);
    expect(accounts?.transactions[0]?.meta).to.not.have.property('logMessages');
    const signatures = await connection.getBlockSignatures(slot, 'confirmed');
    expect(signatures.signatures).to.include(transfer);
    const none = await connection.getBlock(slot, {
      ...VERSIONED,
      transactionDetails: 'none',
      rewards: false,
    });
    expect(none).to.not.have.property('transactions');
  },
  'getBlocks, getBlockTime, getBlockProduction': async (connection, { slot }) => {
    expect(await connection.getBlocks(slot, slot + 1)).to.deep.equal([slot, slot + 1]);
    expect(await connection.getBlockTime(slot)).to.be.closeTo(Date.now() / 1000, 60);
    const { value } = await connection.getBlockProduction();
    expect(Object.keys(value.byIdentity)).to.deep.equal([await connection.getSlotLeader()]);
  },
  'simulateTransaction with balances, fee and inner instructions': async (connection, _known, world) => {
    const { value } = await connection.simulateTransaction(await unsignedTransfer(world), {
      innerInstructions: true,
    });
    expect(value.err).to.equal(null);
    expect(value.unitsConsumed).to.equal(150);
    expect(value.innerInstructions).to.deep.equal([]);
  },
  getFeeForMessage: async (connection, _known, world) => {
    const { message } = await unsignedTransfer(world);
    expect((await connection.getFeeForMessage(message)).value).to.equal(5000);
  },
  'getSupply, getLargestAccounts': async (connection) => {
    const { value } = await connection.getSupply();
    expect(value.total).to.equal(value.circulating);
    const { value: largest } = await connection.getLargestAccounts();
    const lamports = largest.map((one) => one.lamports);
    expect(lamports).to.deep.equal([...lamports].sort((a, b) => b - a));
    expect((await connection.getLargestAccounts({ filter: 'nonCirculating' })).value).to.deep.equal([]);
  },
  'getVoteAccounts, getLeaderSchedule, getSlotLeaders, getClusterNodes': async (
    connection,
    { voteAccount },
  ) => {
    const { current } = await connection.getVoteAccounts();
    expect(current[0]).to.deep.include({ votePubkey: voteAccount, epochVoteAccount: true });
    const leader = await connection.getSlotLeader();
    expect(Object.keys(await connection.getLeaderSchedule())).to.deep.equal([leader]);
    const leaders = await connection.getSlotLeaders(await connection.getSlot(), 3);
    expect(leaders.map(String)).to.deep.equal([leader, leader, leader]);
    const [node] = await connection.getClusterNodes();
    expect(node).to.deep.include({ pubkey: leader, gossip: null });
    expect(node?.rpc).to.equal(new URL(connection.rpcEndpoint).host);
  },
  'getInflationGovernor, getInflationRate, getInflationReward': async (connection, { voteAccount }) => {
    expect((await connection.getInflationGovernor()).initial).to.equal(0);
    expect((await connection.getInflationRate()).total).to.equal(0);
    expect(await connection.getInflationReward([key(voteAccount)])).to.deep.equal([null]);
  },
  'getEpochInfo, getEpochSchedule, getBlockHeight': async (connection) => {
    const info = await connection.getEpochInfo();
    expect(info.absoluteSlot % 1).to.equal(0);
    expect((await connection.getEpochSchedule()).getEpoch(info.absoluteSlot)).to.equal(info.epoch);
    expect(await connection.getBlockHeight()).to.be.lessThan(info.absoluteSlot);
  },
  getStakeMinimumDelegation: async (connection) => {
    expect((await connection.getStakeMinimumDelegation()).value).to.equal(1_000_000_000);
  },
  'getRecentPrioritizationFees, getRecentPerformanceSamples': async (connection, { payer }) => {
    const fees = await connection.getRecentPrioritizationFees({ lockedWritableAccounts: [key(payer)] });
    expect(fees[0]).to.have.keys(['slot', 'prioritizationFee']);
    expect(await connection.getRecentPerformanceSamples(5)).to.be.an('array');
  },
  isBlockhashValid: async (connection) => {
    const { blockhash } = await connection.getLatestBlockhash();
    expect((await connection.isBlockhashValid(blockhash)).value).to.equal(true);
    expect((await connection.isBlockhashValid('1'.repeat(32))).value).to.equal(false);
  },
  'error: a transaction that fails preflight': async (connection, _known, world) => {
    const stranger = Keypair.generate();
    const { blockhash } = await connection.getLatestBlockhash();
    const message = new TransactionMessage({
      payerKey: stranger.publicKey,
      recentBlockhash: blockhash,
      instructions: [
        SystemProgram.transfer({
          fromPubkey: stranger.publicKey,
          toPubkey: world.payer.publicKey,
          lamports: 1,
        }),
      ],
    }).compileToLegacyMessage();
    const transaction = new VersionedTransaction(message);
    transaction.sign([stranger]);
    const wanted = 'Attempt to debit an account but found no record of a prior credit.';
    expect(await messageOf(connection.sendTransaction(transaction))).to.contain(wanted);
  },
};

async function messageOf(asking: Promise<unknown>): Promise<string> {
  try {
    await asking;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('expected an error');
}

/** What web3.js asks for. */
export const WEB3_CASES: readonly Case[] = Object.entries(CHECKS).map(([name, check]) => ({
  name: `web3.js: ${name}`,
  check: (world) => check(world.connection, world.known, world),
}));
