import type { TransactionInstruction } from '@solana/web3.js';

/** Formats an instruction as JSON for multisigs and governance programs; `data` is base64. */
export const instructionJson = ({ programId, keys, data }: TransactionInstruction) => ({
  program: programId.toBase58(),
  accounts: keys.map(({ pubkey, isSigner, isWritable }) => ({
    address: pubkey.toBase58(),
    signer: isSigner,
    writable: isWritable,
  })),
  data: data.toString('base64'),
});

/** Formats an instruction as text lines. */
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
