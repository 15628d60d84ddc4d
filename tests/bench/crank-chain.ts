import { type LocalAccount, startLocalnet } from '@commonwire/localnet';
import { PROGRAM_ID } from '@commonwire/sdk/network';
import { prebuilt } from '@commonwire/toolchain/prebuilt';
import { PublicKey } from '@solana/web3.js';

/** An account as it travels between processes. */
export interface WireAccount {
  address: string;
  lamports: string;
  owner: string;
  /** Base64. */
  data: string;
}

/** What the measuring process asks of the chain's. */
export type ChainRequest =
  | { id: number; kind: 'accounts'; accounts: WireAccount[] }
  | { id: number; kind: 'time'; seconds: number };

const toAccount = ({ address, lamports, owner, data }: WireAccount): LocalAccount => ({
  address: new PublicKey(address),
  lamports: BigInt(lamports),
  owner: new PublicKey(owner),
  data: Buffer.from(data, 'base64'),
});

/** An embedded chain in a process of its own: a core for the chain and one for the crank. It ends with its parent. */
async function main(): Promise<void> {
  const localnet = await startLocalnet({ programs: [{ address: PROGRAM_ID, soFile: prebuilt('network') }] });
  process.on('message', (request: ChainRequest) => {
    if (request.kind === 'accounts') for (const one of request.accounts) localnet.setAccount(toAccount(one));
    if (request.kind === 'time') localnet.setUnixTimestamp(request.seconds);
    process.send?.({ id: request.id });
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ rpcUrl: localnet.rpcUrl });
}

if (process.send) void main();
