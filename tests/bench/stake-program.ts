import { statSync } from 'node:fs';
import { computeUnits } from '@commonwire/sdk/core';
import { joinRealm } from '@commonwire/sdk/realm';
import { openVoterWeight, STAKE_PROGRAM_ID, weighPool, weighVote } from '@commonwire/sdk/stake';
import { prebuilt } from '@commonwire/toolchain/prebuilt';
import { type Keypair, PublicKey, type TransactionInstruction } from '@solana/web3.js';
import { startEmbedded } from '../support/chain';
import { DAO_PROGRAMS, DAY, TestDao } from '../support/dao';
import type { Figure, Suite } from './figures';

/** Positions that one voter votes with. */
const POSITIONS = 4;
/** The bump of an address that is found at the first try. */
const FIRST_BUMP = 255;

/** Measures compute units and bytes of the stake program on the embedded chain. */
export const stakeSuite: Suite = async (progress) => {
  progress('staking');
  const chain = await startEmbedded(DAO_PROGRAMS);
  const dao = await TestDao.create(chain);
  const units = async (instruction: TransactionInstruction, ...signers: Keypair[]) =>
    computeUnits(chain.connection, await dao.send(instruction, signers));
  const figures: Figure[] = [
    { name: 'program.stake.bytes', value: statSync(prebuilt('stake')).size, unit: 'bytes' },
  ];
  const add = (name: string, value: number) =>
    figures.push({ name: `stake.${name}.cu`, value, unit: 'compute units' });

  const owner = await voter(dao);
  const record = await units(openVoterWeight({ pool: dao.pool, owner: owner.publicKey }), owner);
  // Both are found at the first try, so what is left over is not the making of an account.
  const ids = firstTries(dao, owner);
  add('open', (await units(dao.opening(owner, ids[0]!, 1_000n, DAY), owner)) - record);
  for (const id of ids.slice(1)) await dao.open(owner, id, 1_000n);

  await dao.earn(1_000_000n);
  add('count_income', await units(dao.counting()));
  await chain.passSeconds(3 * DAY);
  add('claim', await units(dao.claiming(owner, ids[0]!), owner));

  const { realm, mint } = dao.dao;
  const { publicKey } = owner;
  await dao.send(await joinRealm({ payer: publicKey, realm, mint, owner: publicKey }), [owner]);
  const proposal = await dao.propose(owner, [], { ids });
  const positions = ids.map((id) => dao.at(owner, id));
  const { governance } = dao.of;
  add(
    `voter_weight_${POSITIONS}`,
    await units(weighVote({ pool: dao.pool, owner: publicKey, proposal, governance, positions })),
  );
  add('weigh_pool', await units(weighPool(dao.pool)));
  add('begin_unlock', await units(dao.unlocking(owner, ids[0]!), owner));
  await chain.passSeconds(3 * DAY);
  add('withdraw', await units(dao.withdrawing(owner, ids[0]!), owner));
  await chain.close();
  return figures;
};

/** A staker whose record of weight has an address that is found at the first try. */
async function voter(dao: TestDao): Promise<Keypair> {
  for (;;) {
    const owner = await dao.staker();
    const seeds = [Buffer.from('voter-weight'), dao.pool.toBuffer(), owner.publicKey.toBuffer()];
    if (PublicKey.findProgramAddressSync(seeds, STAKE_PROGRAM_ID)[1] === FIRST_BUMP) return owner;
  }
}

/** Ids of positions whose addresses are found at the first try. */
function firstTries(dao: TestDao, owner: Keypair): bigint[] {
  const ids: bigint[] = [];
  for (let id = 0n; ids.length < POSITIONS; id++) {
    const number = Buffer.alloc(8);
    number.writeBigUInt64LE(id);
    const seeds = [Buffer.from('position'), dao.pool.toBuffer(), owner.publicKey.toBuffer(), number];
    if (PublicKey.findProgramAddressSync(seeds, STAKE_PROGRAM_ID)[1] === FIRST_BUMP) ids.push(id);
  }
  return ids;
}
