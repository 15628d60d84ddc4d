export { isPublicAddress, type Reach, reach } from './addresses';
export { ordersOnChain } from './chain';
export { BandwidthClient, type ClientOptions } from './client';
export { SessionError, type SessionErrorCode } from './errors';
export { Hotspot, type HotspotOptions } from './hotspot';
export type { FindOrder, SessionOrder } from './order';
export { type LastVoucher, SessionState } from './state';
