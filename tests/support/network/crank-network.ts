import type { LocalAccount, Localnet } from '@commonwire/localnet';
import {
  destination,
  fetchPages,
  type LedgerEntry,
  LedgerTree,
  ledgerLeaves,
  networkProgram,
  PAGE_SLOTS,
  postEpoch,
  registryAddress,
  TokenAccounts,
} from '@commonwire/sdk/network';
import { AccountLayout, TOKEN_PROGRAM_ID } from '@solana/spl-token';
import { Connection, type Keypair, PublicKey } from '@solana/web3.js';
import { fund, nextSlot, startEmbedded, type TestChain } from '../chain';
import { tokenAccountData } from '../tokens';
import { NETWORK } from './chain';
import { EMISSION, TestNetwork } from './test-network';

/** Writes accounts past all rules: what would take a chain many minutes of transactions. */
export type SetAccounts = (accounts: readonly LocalAccount[]) => Promise<void> | void;

/** Deviations from a network that pays everything earned. */
interface Rules {
  policy?: object;
  emission?: object;
}

/**
 * A network whose devices were never registered: only their number is on chain, so that ledgers of any size can be
 * promoted and settled. It has an embedded chain of its own.
 */
export class CrankNetwork {
  private constructor(
    readonly network: TestNetwork,
    readonly payer: Keypair,
    private readonly setAccounts: SetAccounts,
  ) {}

  /** On a chain that starts now. */
  static async start(
    rules: Rules = {},
  ): Promise<{ crank: CrankNetwork; localnet: Localnet; close: () => Promise<void> }> {
    const { localnet } = await startEmbedded([NETWORK]);
    const setAccounts: SetAccounts = (accounts) => accounts.forEach(localnet.setAccount);
    const crank = await CrankNetwork.on(localnet.rpcUrl, setAccounts, localnet.setUnixTimestamp, 1000, rules);
    return { crank, localnet, close: () => localnet.close() };
  }

  /** On a chain that can be written to. `sol`: what the crank's payer has. */
  static async on(
    rpcUrl: string,
    setAccounts: SetAccounts,
    setUnixTimestamp: (seconds: number) => Promise<void> | void,
    sol: number,
    { policy = {}, emission = {} }: Rules = {},
  ): Promise<CrankNetwork> {
    const connection = new Connection(rpcUrl, 'confirmed');
    let now = Math.floor(Date.now() / 1000);
    const chain: TestChain = {
      connection,
      payer: await fund(connection, 100_000),
      passSeconds: async (seconds) => {
        now += seconds + 1;
        // Where time passes, so do slots.
        await nextSlot(connection);
        await setUnixTimestamp(now);
      },
      close: async () => {},
    };
    const network = await TestNetwork.create(chain, {
      policy: { deviceEpochCap: 2n ** 56n, ...policy },
      emission: { ...EMISSION, maxSupply: 2n ** 63n, epochCap: 2n ** 62n, ...emission },
    });
    return new CrankNetwork(network, await fund(connection, sol), setAccounts);
  }

  get connection(): Connection {
    return this.network.chain.connection;
  }

  /** Promotes an epoch with this ledger, of no fewer devices than the last. */
  async promote(entries: readonly LedgerEntry[]): Promise<LedgerTree> {
    await this.setDeviceCount(entries.length);
    const tree = LedgerTree.fromLeaves(ledgerLeaves(entries));
    await this.network.cut();
    const { root: ledgerRoot, earnedTotal } = tree;
    const message = await this.network.message([], { ledgerRoot, earnedTotal });
    const signed = { ...this.network.sign(message), opening: tree.opening(entries[0]?.owner) };
    await this.network.send(postEpoch(this.network.address, signed));
    await this.network.promote();
    return tree;
  }

  /** Gives owners empty token accounts, frozen ones if asked for, or accounts handed over to another. */
  async openAccounts(
    owners: readonly Uint8Array[],
    { frozen = false, heldBy = undefined as PublicKey | undefined } = {},
  ) {
    const { mint } = this.network;
    const derived = new TokenAccounts(owners, mint);
    const lamports = BigInt(await this.connection.getMinimumBalanceForRentExemption(AccountLayout.span));
    const accounts = owners.map((owner, i) => {
      const address = derived.publicKey(i);
      const data = tokenAccountData(mint, heldBy ?? new PublicKey(owner), { frozen });
      return { address, lamports, owner: TOKEN_PROGRAM_ID, data };
    });
    await this.setAccounts(accounts);
  }

  /** Removes an owner's token account. */
  async closeAccount(owner: Uint8Array): Promise<void> {
    const { address } = destination({ owner: new PublicKey(owner), mint: this.network.mint });
    const owned = new PublicKey(new Uint8Array(32));
    await this.setAccounts([{ address, lamports: 0n, owner: owned, data: new Uint8Array() }]);
  }

  /** Paid since the start, by device. */
  async paid(count: number): Promise<bigint[]> {
    const numbers = Array.from({ length: Math.ceil(count / PAGE_SLOTS) }, (_, i) => i);
    const pages = await fetchPages(this.connection, this.network.address, numbers, 'confirmed');
    return Array.from(
      { length: count },
      (_, i) => pages[Math.floor(i / PAGE_SLOTS)]?.paid[i % PAGE_SLOTS] ?? 0n,
    );
  }

  private async setDeviceCount(count: number): Promise<void> {
    const address = registryAddress(this.network.address);
    const info = (await this.connection.getAccountInfo(address))!;
    const data = Buffer.from(info.data);
    data.writeUInt32LE(count, countOffset(data));
    await this.setAccounts([{ address, lamports: BigInt(info.lamports), owner: info.owner, data }]);
  }
}

interface Registry {
  deviceCount: number;
}

/** Where a registry keeps its count of devices: wherever a number written there is decoded as that. */
function countOffset(data: Buffer): number {
  for (let offset = data.length - 4; offset >= 8; offset -= 4) {
    const probe = Buffer.from(data);
    probe.writeUInt32LE(0xdead, offset);
    if (networkProgram.coder.accounts.decode<Registry>('registry', probe).deviceCount === 0xdead)
      return offset;
  }
  throw new Error('the registry has no count of devices');
}
