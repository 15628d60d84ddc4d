import { type LocalAccount, startLocalnet } from '@commonwire/localnet';
import { PublicKey } from '@solana/web3.js';
import { localPrograms } from '../support/chain';
import { NETWORK } from '../support/network';

/** An account in messages between processes. */
export interface WireAccount {
  address: string;
  lamports: string;
  owner: string;
  /** Base64. */
  data: string;
}

/** A request of the measuring process to the chain's process. */
export type ChainRequest =
  | { id: number; kind: 'accounts'; accounts: WireAccount[] }
  | { id: number; kind: 'time'; seconds: number };

const toAccount = ({ address, lamports, owner, data }: WireAccount): LocalAccount => ({
  address: new PublicKey(address),
  lamports: BigInt(lamports),
  owner: new PublicKey(owner),
  data: Buffer.from(data, 'base64'),
});

/** Runs an embedded chain in a separate process, so that chain and crank each have a core. Exits with its parent. */
async function main(): Promise<void> {
  const localnet = await startLocalnet({ programs: localPrograms([NETWORK]) });
  process.on('message', (request: ChainRequest) => {
    if (request.kind === 'accounts') for (const one of request.accounts) localnet.setAccount(toAccount(one));
    if (request.kind === 'time') localnet.setUnixTimestamp(request.seconds);
    process.send?.({ id: request.id });
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ rpcUrl: localnet.rpcUrl });
}

if (process.send) void main();
