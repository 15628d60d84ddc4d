import { loadedLater } from '../later';

// All pages but the first, each loaded when it is opened.
export const AuditPage = loadedLater(() => import('./audit'));
export const DevicePage = loadedLater(() => import('./device'));
export const DeviceMap = loadedLater(() => import('../map/device-map'));
export const EpochPage = loadedLater(() => import('./epoch'));
export const FarmsPage = loadedLater(() => import('./farms'));
export const MapPage = loadedLater(() => import('./map'));
export const MarketPage = loadedLater(() => import('./market'));
export const OwnerPage = loadedLater(() => import('./owner'));
export const SearchPage = loadedLater(() => import('./search'));
export const VotePage = loadedLater(() => import('./vote'));
