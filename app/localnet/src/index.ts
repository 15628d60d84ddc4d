export type { ChainClock } from './chain/slots';
export { freePort } from './free-port';
export type { LocalAccount, Localnet, LocalnetOptions, LocalProgram } from './localnet';
export { startLocalnet } from './localnet';
