import { fromBase58, toKey } from '../../encoding';

const key = (address: string): string => toKey(fromBase58(address)!);

/** The programs that validators know, as map keys. */
export const PROGRAMS = {
  system: key('11111111111111111111111111111111'),
  sysvar: key('Sysvar1111111111111111111111111111111111111'),
  addressLookupTable: key('AddressLookupTab1e1111111111111111111111111'),
  associatedToken: key('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL'),
  bpfLoader: key('BPFLoader2111111111111111111111111111111111'),
  bpfUpgradeableLoader: key('BPFLoaderUpgradeab1e11111111111111111111111'),
  config: key('Config1111111111111111111111111111111111111'),
  stake: key('Stake11111111111111111111111111111111111111'),
  token: key('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'),
  token2022: key('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb'),
  vote: key('Vote111111111111111111111111111111111111111'),
} as const;
