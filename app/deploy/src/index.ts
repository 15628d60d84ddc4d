export {
  CreateNetworkError,
  createFirstNetwork,
  describe,
  type FirstNetwork,
  type NetworkConfig,
  parseNetworkConfig,
  tellStart,
} from './create-network';
export { type Deployment, deployProgram, prepareUpgrade } from './loader/deploy';
