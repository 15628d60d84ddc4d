export {
  type CombinedOutcome,
  type CombineInput,
  type CommonParts,
  combine,
  combineShards,
  commonParts,
  type EpochOutcome,
  partsOfShard,
  reductionParts,
  registryParts,
  type ShardOutcome,
  unverifiedOf,
} from './combine';
export { Devices } from './devices';
export { type Judged, judge, type Summary } from './judge';
export { type ListedLogs, runsToVerify } from './logs';
export { type Context, contextOf, type EpochInput, type Plan, planOf } from './plan';
export { type Reduction, reduce } from './reduce';
export { concerns, judgedRange, judgedShards, type ShardRun, shardRun } from './runs';
export { SHARD_BITS, shardCount } from './shards';
export {
  type CommonPlan,
  commonPlan,
  type DeviceBytes,
  planOfReduction,
  planOfSlice,
  readBefore,
  type Slice,
  slicesOf,
} from './slice';
export { DeviceStates } from './states';
export { partsBefore, partsToVerify, type ShardInput, verifyShard, verifySums } from './verify';
export { type Written, write } from './write';
