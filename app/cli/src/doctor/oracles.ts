import { reasonOf } from '@commonwire/sdk/core';
import type { NetworkAccount } from '@commonwire/sdk/network';
import { OracleClient } from '@commonwire/sdk/oracle';
import { PublicKey } from '@solana/web3.js';
import { type Finding, fail, ok, warn } from './finding';

/** What one oracle says about the network; null if it says nothing. */
interface Said {
  readonly url: string;
  readonly view: string | null;
}

/** Whether an oracle is well, sits on the committee and knows the network as the chain has it. */
async function checkOracle(url: string, account: NetworkAccount): Promise<{ finding: Finding; said: Said }> {
  const client = new OracleClient(url);
  const nothing = { url: client.url, view: null };
  try {
    const { status, problems } = await client.health();
    const info = await client.network();
    const { network, oracle, epoch } = info;
    if (network !== account.address.toBase58()) {
      const detail = `${client.url} serves network ${network}`;
      return { finding: fail('oracle', detail, `name an oracle of ${account.address}`), said: nothing };
    }
    const view = `epoch ${epoch.current}, ${info.device_count} devices, ${info.earned_total} earned`;
    const said = { url: client.url, view };
    const isSeated = account.committee.keys.some((key) => new PublicKey(key).toBase58() === oracle);
    const detail = `${client.url} is ${status}: ${view}, collects epoch ${epoch.collecting}`;
    const behind = Number(account.current.epoch) - epoch.current;
    const trouble = [
      ...(status === 'ok' ? [] : problems.map(({ code, message }) => `${code}: ${message}`)),
      ...(isSeated ? [] : [`${oracle} is not on the committee, so its answers are a copy`]),
      ...(behind > 0 ? [`it is ${behind} epochs behind the chain`] : []),
    ];
    if (status === 'ok' && trouble.length === 0) return { finding: ok('oracle', detail), said };
    const why = [detail, ...trouble].join('; ');
    const next = 'take another of its oracles for now; docs/operating.md helps who runs it';
    const isDown = status === 'stale' || status === 'starting';
    return { finding: isDown ? fail('oracle', why, next) : warn('oracle', why, next), said };
  } catch (error) {
    const next = 'check --oracle, or name another of its oracles';
    return { finding: fail('oracle', reasonOf(error), next), said: nothing };
  }
}

/** Whether oracles are well and say the same. */
export async function checkOracles(urls: readonly string[], account: NetworkAccount): Promise<Finding[]> {
  if (urls.length === 0)
    return [
      warn('oracle', 'no oracle is named', 'commonwire init --oracle URL, with those that the network names'),
    ];
  const found = await Promise.all(urls.map((url) => checkOracle(url, account)));
  const heard = found.flatMap(({ said }) => (said.view === null ? [] : [said]));
  const views = new Set(heard.map(({ view }) => view));
  const findings = found.map(({ finding }) => finding);
  if (heard.length < 2) return findings;
  const each = heard.map(({ url, view }) => `${url}: ${view}`).join('; ');
  return [
    ...findings,
    views.size === 1
      ? ok('oracle', `${heard.length} oracles agree: ${heard[0]!.view}`)
      : warn(
          'oracle',
          `oracles differ: ${each}`,
          'run it again in a minute: one may just be behind; commonwire verify proves what holds',
        ),
  ];
}
