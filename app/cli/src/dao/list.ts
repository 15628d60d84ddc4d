import { printable, time, tokens } from '@commonwire/sdk/core';
import { fetchNetwork } from '@commonwire/sdk/network';
import {
  type DaoFacts,
  fetchDaoFacts,
  fetchRealm,
  findGovernances,
  findProposals,
  governanceAddress,
  type ProposalSummary,
  standingOf,
  timesOf,
  treasuryAddress,
} from '@commonwire/sdk/realm';
import { fetchPool, findPools, type Pool } from '@commonwire/sdk/stake';
import { getMint } from '@solana/spl-token';
import type { Connection, PublicKey } from '@solana/web3.js';
import { searching } from '../search';
import { table } from '../table';
import { stateText } from './decision';

interface Row {
  proposal: ProposalSummary;
  facts: DaoFacts;
}

/** Lists the proposals of a pool's realm, those of all its governances: the newest first. */
export async function listProposals(
  connection: Connection,
  pool: PublicKey,
  json: boolean,
  write: (line: string) => void,
): Promise<void> {
  const { realm } = await fetchPool(connection, pool);
  const rows = await searching(
    connection,
    'proposals',
    'use another node, or see the realm on Realms and each proposal with commonwire dao show --proposal ADDRESS',
    async () => {
      const governances = await findGovernances(connection, realm);
      const found: Row[] = [];
      for (const governance of governances) {
        const proposals = await findProposals(connection, governance);
        if (proposals.length === 0) continue;
        const facts = await fetchDaoFacts(connection, governance);
        found.push(...proposals.map((proposal) => ({ proposal, facts })));
      }
      return found;
    },
  );
  const begun = ({ proposal }: Row) => Number(proposal.votingAt ?? Number.MAX_SAFE_INTEGER);
  rows.sort((a, b) => begun(b) - begun(a));
  if (json) write(JSON.stringify({ pool, realm, proposals: rows.map(rowJson) }));
  else if (rows.length === 0) write('no proposals: commonwire govern ACTION --propose POOL makes one');
  else for (const line of table(HEAD, rows.map(cellsOf))) write(line);
}

const HEAD = ['proposal', 'state', 'for', 'against', 'quorum', 'vetoes', 'voting ends', 'title'];
const TITLE_SIGNS = 60;

function cellsOf({ proposal, facts }: Row): string[] {
  const { address, name, state, yes, no, veto } = proposal;
  const { quorum, isReached } = standingOf(proposal, facts);
  const { until } = timesOf(proposal, facts.rules);
  const isOver = state === 'Voting' && until !== null && facts.now > until;
  const title = printable(name);
  return [
    address.toBase58(),
    isOver ? 'to be counted' : stateText(state),
    tokens(yes, facts.decimals),
    tokens(no, facts.decimals),
    quorum === null ? '' : `${tokens(quorum, facts.decimals)}${isReached ? ', reached' : ''}`,
    `${veto}`,
    until === null ? '' : time(until),
    title.length > TITLE_SIGNS ? `${title.slice(0, TITLE_SIGNS)}…` : title,
  ];
}

function rowJson({ proposal, facts }: Row) {
  const { address, name, link, state, yes, no, veto, governance } = proposal;
  const { quorum, isReached, passes } = standingOf(proposal, facts);
  const { yesUntil, until, heldUntil } = timesOf(proposal, facts.rules);
  const seconds = (value: bigint | null) => (value === null ? null : Number(value));
  return {
    proposal: address,
    governance,
    name,
    link,
    state,
    decimals: facts.decimals,
    yes: `${yes}`,
    no: `${no}`,
    veto: `${veto}`,
    quorum_weight: quorum === null ? null : `${quorum}`,
    quorum_reached: isReached,
    passes,
    yes_ends_at: seconds(yesUntil),
    voting_ends_at: seconds(until),
    executable_at: seconds(heldUntil),
  };
}

/** Lists the DAOs whose stakers stake a token: of that mint, or of the network that pays in it. */
export async function listRealms(
  connection: Connection,
  { mint: named, network: address }: { mint?: PublicKey | undefined; network?: PublicKey | undefined },
  json: boolean,
  write: (line: string) => void,
): Promise<void> {
  const network = address ? await fetchNetwork(connection, address) : null;
  const mint = network?.mint ?? named!;
  const pools = await searching(connection, 'pools', 'use another node', () => findPools(connection, mint));
  const found = await Promise.all(
    pools.map(async (pool) => ({
      pool,
      realm: await fetchRealm(connection, pool.realm),
      treasury: treasuryAddress(governanceAddress({ realm: pool.realm })),
    })),
  );
  const rolesOf = (treasury: PublicKey): string[] => [
    ...(network?.authority.equals(treasury) ? ['authority'] : []),
    ...(network?.guardian.equals(treasury) ? ['guardian'] : []),
    ...(network?.proposedAuthority?.equals(treasury) ? ['proposed authority'] : []),
  ];
  const most = (one: { pool: Pool }, other: { pool: Pool }) => (one.pool.staked < other.pool.staked ? 1 : -1);
  found.sort(most);
  if (json) {
    const realms = found.map(({ pool, realm, treasury }) => ({
      ...{ realm: realm.address, name: realm.name, pool: pool.address, treasury },
      ...{ staked: `${pool.staked}`, total_weight: `${pool.totalWeight}` },
      ...(network ? { roles: rolesOf(treasury) } : {}),
    }));
    write(JSON.stringify({ mint, network: address ?? null, realms }));
    return;
  }
  if (found.length === 0) {
    write(`no DAO of stakers of ${mint}: commonwire dao create makes one`);
    return;
  }
  const { decimals } = await getMint(connection, mint, undefined, found[0]!.pool.tokenProgram);
  const head = ['pool', 'staked', 'treasury', ...(network ? ['in the network'] : []), 'realm'];
  const rows = found.map(({ pool, realm, treasury }) => [
    pool.address.toBase58(),
    tokens(pool.staked, decimals),
    treasury.toBase58(),
    ...(network ? [rolesOf(treasury).join(', ') || 'no role'] : []),
    `${printable(realm.name)} (${realm.address})`,
  ]);
  for (const line of table(head, rows)) write(line);
}
