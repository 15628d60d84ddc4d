import { startLocalnet } from '@commonwire/localnet';
import { awaitTransaction, connect } from '@commonwire/sdk/core';
import { PROGRAM_ID } from '@commonwire/sdk/network';
import { clusterUrl, UsageError } from '@commonwire/sdk/node';
import { prebuilt } from '@commonwire/toolchain/prebuilt';
import { type Connection, type Keypair, LAMPORTS_PER_SOL } from '@solana/web3.js';

/** The chain that a demo runs on. */
export interface DemoChain {
  rpcUrl: string;
  /** Names it in command lines: its address may hold a secret. */
  urlOption: string;
  connection: Connection;
  close(): Promise<void>;
}

/** Starts the embedded chain with the program deployed and this clock, or connects to the cluster that `COMMONWIRE_RPC_URL` names. */
export async function openChain(
  upgradeAuthority: Keypair,
  { port, clock }: { port: number; clock: { now(): number } },
): Promise<DemoChain> {
  const named = process.env.COMMONWIRE_RPC_URL;
  const url = named && readUrl(named);
  if (url)
    return {
      rpcUrl: url,
      urlOption: '--url "$COMMONWIRE_RPC_URL"',
      connection: connect(url),
      close: async () => {},
    };
  const localnet = await startLocalnet({
    port,
    clock,
    programs: [
      { address: PROGRAM_ID, soFile: prebuilt('network'), upgradeAuthority: upgradeAuthority.publicKey },
    ],
  });
  const { rpcUrl } = localnet;
  return {
    rpcUrl,
    urlOption: `--url ${rpcUrl}`,
    connection: connect(rpcUrl),
    close: () => localnet.close(),
  };
}

function readUrl(named: string): string {
  const parsed = clusterUrl.safeParse(named);
  if (parsed.success) return parsed.data;
  throw new UsageError(`COMMONWIRE_RPC_URL ${parsed.error.issues[0]?.message}`);
}

/** Requests SOL and waits until it has arrived. */
export async function airdrop(connection: Connection, wallet: Keypair, sol: number): Promise<void> {
  const signature = await connection.requestAirdrop(wallet.publicKey, sol * LAMPORTS_PER_SOL);
  await awaitTransaction(connection, signature);
}
