// Must be imported first: they prepare what the other modules use at once.
import '../no-eval';
import '../buffer';
import './unshared';
import { audit, type Download, explainDevice, marketsOn, type Verifier } from '@commonwire/cli/auditing';
import { connect, sha256, toHex, verifySignature } from '@commonwire/sdk/core';
import { fetchNetwork } from '@commonwire/sdk/network';
import { OracleClient } from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import type { AuditNews, AuditOutcome, AuditTask } from './messages';

/** Signatures between two messages about them. */
const STEP = 100;

const tell = (news: AuditNews): void => postMessage(news);

function downloadFrom(oracle: OracleClient): Download {
  let [files, bytes] = [0, 0];
  return async ({ epoch, sha256: name }) => {
    const content = await oracle.part(epoch, name);
    files += 1;
    bytes += content.length;
    tell({ kind: 'files', files, bytes });
    return { content, sha256: toHex(sha256(content)) };
  };
}

function startVerifier(total: number): Verifier {
  let done = 0;
  return {
    verify: (check) => {
      done += 1;
      if (done % STEP === 0 || done === total) tell({ kind: 'signatures', done, total });
      return verifySignature(check);
    },
    allValid: async () => true,
  };
}

/** The same audit as `commonwire audit`, which needs no key and trusts only the node. */
async function run({ oracle, rpc, network: name, epoch, device }: AuditTask): Promise<AuditOutcome> {
  const [connection, address] = [connect(rpc), new PublicKey(name)];
  const network = await fetchNetwork(connection, address);
  const markets = marketsOn(connection, address);
  const download = downloadFrom(new OracleClient(oracle));
  const found = await audit({ network, epoch, download, markets, startVerifier, progress: () => {} });
  const { checks, difference, repeated, previous } = found;
  if (!repeated || !previous) return { checks, difference, recomputed: null, device: null };
  const { result } = repeated;
  return {
    checks,
    difference,
    recomputed: {
      devices: result.deviceCount,
      reports: result.verdicts.length,
      allocated: result.totals.allocated,
      datasetHash: result.datasetHash,
      ledgerRoot: toHex(result.ledgerRoot),
    },
    device: device === undefined ? null : explainDevice(repeated, previous, device),
  };
}

addEventListener('message', async ({ data }: MessageEvent<AuditTask>) => {
  try {
    tell({ kind: 'done', outcome: await run(data) });
  } catch (error) {
    tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});
