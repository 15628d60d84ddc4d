import { type Command, optionsByName } from '../command';
import { actionsUsage, runAction } from '../governing/run-action';
import { assetActions } from '../owning';
import { ASSET_USAGE } from '../owning/asset-action';

/** `commonwire asset`. */
export const asset: Command = {
  name: 'asset',
  group: 'asset',
  summary: 'funds, builds and owns things together, and earns from them',
  usage: `commonwire asset ACTION --url URL --asset ADDRESS [--keypair FILE] [--dry-run] [--print] [--json]

${actionsUsage(assetActions)}

${ASSET_USAGE}

Only create and list go without --asset. Amounts are whole tokens and whole shares, in JSON base units. Every command can be
run again after an interruption: it reads from the chain what is left to do. Only fund --shares and revenue do again what
they did; look up their transaction first, or use fund --total.`,
  examples: [
    'commonwire asset list',
    'commonwire asset fund --asset ASSET --shares 10 --dry-run',
    'commonwire asset claim --asset ASSET',
  ],
  options: optionsByName(assetActions),

  run: (argv, write) => runAction('asset', assetActions, argv, write),
};
