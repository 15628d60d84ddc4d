export { type AssetConfig, AssetConfigError, parseAssetConfig, priceIn } from './asset-config';
export { parseCommitteeConfig } from './committee-config';
export {
  CreateNetworkError,
  createFirstNetwork,
  describe,
  type FirstNetwork,
  type NetworkConfig,
  parseNetworkConfig,
  tellStart,
} from './create-network';
export { readProgram } from './loader/accounts';
export { type Deployment, deployProgram, prepareUpgrade } from './loader/deploy';
export { parsePolicyConfig } from './policy-config';
