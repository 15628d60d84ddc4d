import { clusterUrl, flag, networkAddress } from '@commonwire/sdk/node';

/** The options of every command about a network. */
export const networkOptions = { url: clusterUrl, network: networkAddress, json: flag };

/** Help for them, in two parts: the JSON line comes last. */
export const NETWORK_USAGE = `  --url URL          an RPC node's address, or localhost, devnet, testnet or mainnet
  --network ADDRESS  the network's account`;
export const JSON_USAGE = '  --json             one JSON document; amounts are base units';
