export {
  CreateNetworkError,
  createFirstNetwork,
  describe,
  type FirstNetwork,
  type NetworkConfig,
  parseNetworkConfig,
  reportStart,
} from './create-network';
export { type Deployment, deployProgram, prepareUpgrade } from './loader/deploy';
