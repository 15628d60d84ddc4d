import { sendAndConfirm, TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID } from '@commonwire/sdk/core';
import {
  type AccountMeta,
  AddressLookupTableProgram,
  Keypair,
  type PublicKey,
  SYSVAR_RENT_PUBKEY,
  SystemProgram,
  TransactionInstruction,
} from '@solana/web3.js';
import type { TestChain } from '../chain';
import type { Case, Scene } from './case';

/** How an account of an instruction is replaced. */
export type Substitution =
  | 'a random key'
  | "the twin's"
  | 'another account type'
  | "another program's account with the same data"
  | 'a sibling'
  | 'another program'
  | 'no signature'
  | 'read only'
  | 'left out';

/** One altered transaction. */
export interface Altered extends Case {
  account: string;
  by: Substitution;
}

const PROGRAMS = [TOKEN_PROGRAM_ID, TOKEN_2022_PROGRAM_ID, SystemProgram.programId];

/** An account of an instruction by the IDL; those beyond it are `further 0`, `further 1` and on. */
export interface Role {
  name: string;
  optional?: boolean;
}

/**
 * Every transaction in which one account of the case's last instruction is replaced by one that is wrong.
 * `twin`: the same case of other accounts.
 */
export async function alter(
  { chain, types }: Pick<Scene, 'chain' | 'types'>,
  { of, twin, roles }: { of: Case; twin: Case; roles: readonly Role[] },
): Promise<Altered[]> {
  const subject = of.instructions.at(-1)!;
  const foreign = twin.instructions.at(-1)!;
  const infos = await chain.connection.getMultipleAccountsInfo(subject.keys.map(({ pubkey }) => pubkey));
  const altered: Altered[] = [];
  for (const [at, meta] of subject.keys.entries()) {
    const role = roles[at] ?? { name: `further ${at - roles.length}` };
    const info = infos[at];
    const add = (by: Substitution, changes: Partial<AccountMeta>, signer?: Keypair) =>
      altered.push({ ...replaced(of, at, changes, signer), account: role.name, by });

    const random = Keypair.generate();
    if (meta.isSigner) {
      await send(
        chain,
        SystemProgram.transfer({
          fromPubkey: chain.payer.publicKey,
          toPubkey: random.publicKey,
          lamports: 100_000_000,
        }),
      );
    }
    add('a random key', { pubkey: random.publicKey }, random);

    const { pubkey } = foreign.keys[at]!;
    const keeper = twin.signers.find((signer) => signer.publicKey.equals(pubkey));
    if (!pubkey.equals(meta.pubkey)) add("the twin's", { pubkey }, keeper);

    const otherType = types.find((type) => !type.equals(meta.pubkey))!;
    if (!info?.executable) add('another account type', { pubkey: otherType, isSigner: false });

    const sibling = of.siblings?.[role.name];
    if (sibling) add('a sibling', { pubkey: sibling });
    if (info?.executable) {
      const program = PROGRAMS.find((candidate) => !candidate.equals(meta.pubkey))!;
      add('another program', { pubkey: program });
    } else if (info && info.data.length > 0) {
      const copy = await copyOf(chain, info.data);
      add("another program's account with the same data", { pubkey: copy, isSigner: false });
    } else if (role.name === 'instructions') {
      add('another program', { pubkey: SYSVAR_RENT_PUBKEY });
    }
    if (meta.isSigner) add('no signature', { isSigner: false });
    if (meta.isWritable) add('read only', { isWritable: false });
    if (role.optional) add('left out', { pubkey: subject.programId });
  }
  return altered;
}

/** The case with one account of its last instruction changed, signed by whoever the change leaves to sign. */
function replaced(of: Case, at: number, changes: Partial<AccountMeta>, signer?: Keypair): Case {
  const subject = of.instructions.at(-1)!;
  const before = subject.keys[at]!;
  const after = { ...before, ...changes };
  // Nobody can sign for an account that isn't a wallet.
  if (after.isSigner && !after.pubkey.equals(before.pubkey) && !signer) after.isSigner = false;
  const keys = subject.keys.map((meta, index) => (index === at ? after : meta));
  const last = new TransactionInstruction({ ...subject, keys });
  const signs = (key: PublicKey) => keys.some(({ pubkey, isSigner }) => isSigner && pubkey.equals(key));
  const signers = [...of.signers, ...(signer ? [signer] : [])].filter(({ publicKey }) => signs(publicKey));
  return { instructions: [...of.instructions.slice(0, -1), last], signers };
}

/**
 * An account of another program with these bytes. Where accounts can't be written, one of as many zeros: only the program
 * that owns an account writes it.
 */
async function copyOf(chain: TestChain, data: Buffer): Promise<PublicKey> {
  const { connection, payer, setAccount } = chain;
  const copy = Keypair.generate();
  const owner = AddressLookupTableProgram.programId;
  const lamports = await connection.getMinimumBalanceForRentExemption(data.length);
  if (setAccount) {
    setAccount({ address: copy.publicKey, lamports: BigInt(lamports), owner, data });
    return copy.publicKey;
  }
  const create = SystemProgram.createAccount({
    fromPubkey: payer.publicKey,
    newAccountPubkey: copy.publicKey,
    lamports,
    space: data.length,
    programId: owner,
  });
  await send(chain, create, copy);
  return copy.publicKey;
}

const send = ({ connection, payer }: TestChain, instruction: TransactionInstruction, ...signers: Keypair[]) =>
  sendAndConfirm(connection, payer, [instruction], { signers });
