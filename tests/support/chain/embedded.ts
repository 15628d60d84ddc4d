import { type Localnet, type LocalnetOptions, type LocalProgram, startLocalnet } from '@commonwire/localnet';
import { prebuilt } from '@commonwire/toolchain/prebuilt';
import { Connection, type PublicKey } from '@solana/web3.js';
import { chainTime } from './clock';
import type { TestChain } from './test-chain';
import { fund } from './wallets';

/** A program that a test's chain starts with. */
export interface TestProgram {
  address: PublicKey;
  /** Name of its committed binary, such as `network`. */
  prebuilt: string;
  /** Who may upgrade it; nobody if left out. */
  upgradeAuthority?: PublicKey;
}

/** Programs as an embedded chain takes them. */
export const localPrograms = (programs: readonly TestProgram[]): LocalProgram[] =>
  programs.map(({ prebuilt: name, ...program }) => ({ ...program, soFile: prebuilt(name) }));

/** A test's chain in this process. */
export interface EmbeddedChain extends Required<TestChain> {
  localnet: Localnet;
}

/** Starts an embedded chain with these programs. Whoever starts one closes it. */
export async function startEmbedded(
  programs: readonly TestProgram[],
  options: Omit<LocalnetOptions, 'programs'> = {},
): Promise<EmbeddedChain> {
  const localnet = await startLocalnet({ ...options, programs: localPrograms(programs) });
  const connection = new Connection(localnet.rpcUrl, 'confirmed');
  // It would send with a blockhash of up to 30 s ago, and a test passes more slots than one lasts.
  Object.assign(connection, { _disableBlockhashCaching: true });
  return {
    localnet,
    connection,
    payer: await fund(connection, 1_000_000),
    passSeconds: async (seconds) => {
      const until = Number(await chainTime(connection)) + seconds;
      // Where time passes, so do slots.
      localnet.advanceSlots(1);
      localnet.setUnixTimestamp(until);
    },
    setAccount: localnet.setAccount,
    close: () => localnet.close(),
  };
}
