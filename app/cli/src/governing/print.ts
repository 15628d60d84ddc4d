import type { TransactionInstruction } from '@solana/web3.js';

/** An instruction as multisigs and governance programs take it; `data` is base64. */
export const instructionJson = ({ programId, keys, data }: TransactionInstruction) => ({
  program: programId.toBase58(),
  accounts: keys.map(({ pubkey, isSigner, isWritable }) => ({
    address: pubkey.toBase58(),
    signer: isSigner,
    writable: isWritable,
  })),
  data: data.toString('base64'),
});

/** The same for people. */
export function instructionLines(instruction: TransactionInstruction): string[] {
  const { program, accounts, data } = instructionJson(instruction);
  return [
    `program  ${program}`,
    ...accounts.map(({ address, signer, writable }) =>
      ['account ', address, ...(signer ? ['signer'] : []), ...(writable ? ['writable'] : [])].join(' '),
    ),
    `data     ${data}`,
  ];
}
