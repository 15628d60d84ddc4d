import { assetsProgram, decodeAsset } from '@commonwire/sdk/assets';
import { requireRecipient } from '@commonwire/sdk/core';
import { fetchNetwork } from '@commonwire/sdk/network';
import type { Connection, PublicKey } from '@solana/web3.js';
import { CliError } from '../errors';

/**
 * Requires that a device's new owner can use what it earns: a wallet, or an asset that shares out the network's token.
 * @throws RecipientError AccountError CliError `wrong-reward`
 */
export async function requireNewOwner(
  connection: Connection,
  network: PublicKey,
  to: PublicKey,
): Promise<void> {
  const info = await connection.getAccountInfo(to);
  if (!info?.owner.equals(assetsProgram.address)) {
    const kind = { option: '--to', mayBeVault: false, override: '--allow-any-address' };
    return requireRecipient(connection, to, kind);
  }
  const { revenue } = decodeAsset(to, info.data);
  const { mint } = await fetchNetwork(connection, network);
  if (revenue.some((stream) => stream?.mint.equals(mint))) return;
  throw new CliError(
    'wrong-reward',
    `--to: asset ${to} does not share out ${mint}, in which network ${network} pays: nobody could ever use what the device earns. Name an asset that was created for this network`,
  );
}
