export type { ChainClock } from './chain/slots';
export type { LocalAccount, Localnet, LocalnetOptions, LocalProgram } from './localnet';
export { startLocalnet } from './localnet';
