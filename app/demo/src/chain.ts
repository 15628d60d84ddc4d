import { startLocalnet } from '@commonwire/localnet';
import { awaitTransaction, connect } from '@commonwire/sdk/core';
import { clusterUrl, UsageError } from '@commonwire/sdk/node';
import { prebuiltPrograms } from '@commonwire/toolchain/prebuilt';
import { type Connection, type Keypair, LAMPORTS_PER_SOL } from '@solana/web3.js';
import type { DemoClock } from './demo-clock';
import { type NetworkTime, realTime, simulatedTime } from './network-time';

/** The chain that a demo runs on. */
export interface DemoChain {
  rpcUrl: string;
  /** Names it in command lines: its address may hold a secret. */
  urlOption: string;
  connection: Connection;
  time: NetworkTime;
  /** Whether it is the embedded one, which has every program, and on which days pass in seconds. */
  isEmbedded: boolean;
  close(): Promise<void>;
}

/** Whether the demo runs on another chain than its own. */
export const isClusterNamed = (): boolean => Boolean(process.env.COMMONWIRE_RPC_URL);

/**
 * Starts the embedded chain with all programs deployed, on which a day passes in `epochSeconds`, or connects to the cluster that
 * `COMMONWIRE_RPC_URL` names.
 */
export async function openChain(
  upgradeAuthority: Keypair,
  { port, clock, epochSeconds }: { port: number; clock: DemoClock; epochSeconds: number },
): Promise<DemoChain> {
  const named = process.env.COMMONWIRE_RPC_URL;
  const url = named && readUrl(named);
  if (url)
    return {
      rpcUrl: url,
      urlOption: '--url "$COMMONWIRE_RPC_URL"',
      connection: connect(url),
      time: realTime(clock, epochSeconds),
      isEmbedded: false,
      close: async () => {},
    };
  const time = simulatedTime(clock, epochSeconds);
  const programs = prebuiltPrograms().map((program) => ({
    ...program,
    upgradeAuthority: upgradeAuthority.publicKey,
  }));
  const localnet = await startLocalnet({ port, clock: time, programs });
  const { rpcUrl } = localnet;
  return {
    rpcUrl,
    urlOption: `--url ${rpcUrl}`,
    connection: connect(rpcUrl),
    time,
    isEmbedded: true,
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
