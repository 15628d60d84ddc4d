import { join } from 'node:path';
import { createFirstNetwork, describe, parseNetworkConfig, tellStart } from '@commonwire/deploy';
import { readJson } from '@commonwire/sdk/node';
import type { AnchorProvider, Wallet } from '@coral-xyz/anchor';

/** Creates the network configured in `migrations/network.json`. Started by `anchor migrate` after `anchor deploy`. */
async function migrate(provider: AnchorProvider): Promise<void> {
  const created = await createFirstNetwork({
    connection: provider.connection,
    payer: (provider.wallet as Wallet).payer,
    config: parseNetworkConfig(readJson(join(__dirname, 'network.json'))),
    onStart: tellStart,
  });
  process.stdout.write(describe(created));
}

export = migrate;
