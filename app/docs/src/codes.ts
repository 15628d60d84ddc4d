import { domain } from '@commonwire/oracle';
import assets from '@commonwire/sdk/idl/assets.json';
import market from '@commonwire/sdk/idl/market.json';
import network from '@commonwire/sdk/idl/network.json';
import stake from '@commonwire/sdk/idl/stake.json';

const kebab = (name: string): string => name.replace(/\B[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
const cell = (text: string): string => text.replaceAll('|', '\\|');

/** The page of all codes as Markdown: refusals of each program, and reasons for which oracles refuse reports. */
export function codesPage(): string {
  const programs = [network, assets, market, stake].map(({ metadata, errors }) => [
    `## Program ${metadata.name}`,
    '',
    '| number | code | what it says |',
    '| --- | --- | --- |',
    ...errors.map(({ code, name, msg }) => `| ${code} | \`${kebab(name)}\` | ${cell(msg)} |`),
    '',
  ]);
  const reasons = Object.entries(domain.reasons).map(([code, reason]) => `| \`${code}\` | ${cell(reason)} |`);
  return [
    '# Every code',
    '',
    'Codes are stable and only ever added. A transaction fails with the number; the SDK and the commands show the code. What',
    'an oracle answers to a request that is wrong is under [errors](docs/oracle.md#errors).',
    '',
    ...programs.flat(),
    '## Reasons for which reports are refused',
    '',
    '| code | what it says |',
    '| --- | --- |',
    ...reasons,
    '',
  ].join('\n');
}
