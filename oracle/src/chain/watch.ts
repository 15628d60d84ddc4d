import { decodeNetwork, FOREVER, isPaused, PROGRAM_ID } from '@commonwire/sdk/network';
import { type Connection, type Keypair, PublicKey, SYSVAR_CLOCK_PUBKEY } from '@solana/web3.js';
import { OracleError } from '../runtime/errors';

const LOADER = new PublicKey('BPFLoaderUpgradeab1e11111111111111111111111');
/** A program's data begins with tag, slot, and whether there is an upgrade authority, 4, 8 and 1 bytes; then its key. */
const AUTHORITY_OFFSET = 13;
/** The clock sysvar's unix time lies behind slot, epoch start, epoch and leader schedule epoch, 8 bytes each. */
const CLOCK_TIME_OFFSET = 32;
/** How long a program's upgrade authority is remembered, milliseconds. */
const AUTHORITY_MS = 60_000;

/** The chain as one look at it shows it, confirmed. Addresses are base58, times unix seconds of the chain. */
export interface Sighting {
  readonly slot: number;
  readonly time: number;
  readonly epoch: { readonly current: number; readonly pending: number | null; readonly cut: number };
  readonly cutTime: number;
  readonly epochSeconds: number;
  readonly governance: Governance;
  /** The wallet that pays this oracle's fees; null if it has none or this process may not know it. */
  readonly payer: { readonly address: string; readonly lamports: string } | null;
}

/** Who may change what. */
export interface Governance {
  /** Becomes the authority once it accepts. */
  readonly proposedAuthority: string | null;
  readonly guardian: string | null;
  /** The end of the pause in force; null if the network isn't paused, `until` null if only the authority ends it. */
  readonly pause: { readonly since: number; readonly until: number | null } | null;
  /** Null if nobody can upgrade the program. */
  readonly upgradeAuthority: string | null;
}

/** Looks at the chain for an oracle's health and status. */
export interface ChainWatch {
  /** @throws CommonwireError */
  look(): Promise<Sighting>;
}

/** The options of a {@link SolanaWatch}. */
export interface SolanaWatchOptions {
  readonly connection: Connection;
  readonly network: PublicKey;
  readonly payer: (() => Promise<Keypair>) | undefined;
}

/** Implements {@link ChainWatch} with JSON-RPC: one request for each look, and one a minute for the upgrade authority. */
export class SolanaWatch implements ChainWatch {
  private payerAddress: PublicKey | undefined;
  private upgrade: { readonly authority: string | null; readonly at: number } | undefined;

  constructor(private readonly options: SolanaWatchOptions) {}

  async look(): Promise<Sighting> {
    const { connection, network, payer } = this.options;
    // A key that can't be read is a failure of the tasks that send, not of the chain.
    this.payerAddress ??= (await payer?.().catch(() => undefined))?.publicKey;
    const addresses = [SYSVAR_CLOCK_PUBKEY, network, ...(this.payerAddress ? [this.payerAddress] : [])];
    const { context, value } = await connection.getMultipleAccountsInfoAndContext(addresses, 'confirmed');
    const [clock, account, wallet] = value;
    if (!clock) throw new OracleError('no-clock', 'the RPC node has no clock sysvar');
    if (!account) throw new OracleError('no-network', `the RPC node has no account ${network.toBase58()}`);
    const time = Number(clock.data.readBigInt64LE(CLOCK_TIME_OFFSET));
    const state = decodeNetwork(network, account.data);
    const { pause, guardian, pending } = state;
    return {
      slot: context.slot,
      time,
      epoch: {
        current: Number(state.current.epoch),
        pending: pending && Number(pending.epoch),
        cut: Number(state.lastCutEpoch),
      },
      cutTime: Number(state.lastCutTime),
      epochSeconds: state.policy.epochSeconds,
      governance: {
        proposedAuthority: state.proposedAuthority?.toBase58() ?? null,
        guardian: guardian.equals(PublicKey.default) ? null : guardian.toBase58(),
        pause: isPaused(state, BigInt(time))
          ? { since: Number(pause.since), until: pause.until === FOREVER ? null : Number(pause.until) }
          : null,
        upgradeAuthority: await this.upgradeAuthority(),
      },
      payer: this.payerAddress
        ? { address: this.payerAddress.toBase58(), lamports: `${wallet?.lamports ?? 0}` }
        : null,
    };
  }

  private async upgradeAuthority(): Promise<string | null> {
    if (this.upgrade && Date.now() - this.upgrade.at < AUTHORITY_MS) return this.upgrade.authority;
    const [address] = PublicKey.findProgramAddressSync([PROGRAM_ID.toBytes()], LOADER);
    const slice = { offset: AUTHORITY_OFFSET - 1, length: 33 };
    const account = await this.options.connection.getAccountInfo(address, {
      commitment: 'confirmed',
      dataSlice: slice,
    });
    const named = account && account.data.length === slice.length && account.data[0] === 1;
    const authority = named ? new PublicKey(account.data.subarray(1)).toBase58() : null;
    this.upgrade = { authority, at: Date.now() };
    return authority;
  }
}
