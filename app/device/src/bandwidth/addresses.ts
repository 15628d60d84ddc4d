import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { SessionError } from './errors';

/** Networks that aren't the public internet: a guest must not reach the hotspot's own machine or its owner's devices. */
const CLOSED = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  CLOSED.addSubnet(network, bits, 'ipv4');

/** Addresses that IPv6 gives out to the public; others are local, mapped or reserved. */
const OPEN_6 = new BlockList();
OPEN_6.addSubnet('2000::', 3, 'ipv6');
/** Of these, the ones that lead to IPv4 addresses (6to4, Teredo) or nowhere. */
const CLOSED_6 = new BlockList();
for (const [network, bits] of [
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const)
  CLOSED_6.addSubnet(network, bits, 'ipv6');

/** Whether an IP address is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !CLOSED.check(address, 'ipv4');
  if (isIP(address) === 6) return OPEN_6.check(address, 'ipv6') && !CLOSED_6.check(address, 'ipv6');
  return false;
}

/** Decides to which hosts a guest's connections may lead. */
export interface Reach {
  /** Refuses an address that is given in place of a name. @throws SessionError `address_refused` */
  check(host: string): void;
  /** Resolves names for `net.connect`, and refuses what they resolve to before anything is sent there. */
  readonly lookup: LookupFunction;
}

const refused = (host: string, address: string): SessionError =>
  new SessionError(
    'address_refused',
    `${host} is ${address}, which is not on the public internet; guests reach local addresses only with --allow-private`,
  );

/** Everything that `isOpen` approves of; the public internet by default. */
export function reach(isOpen: (address: string) => boolean = isPublicAddress): Reach {
  return {
    check(host) {
      if (isIP(host) !== 0 && !isOpen(host)) throw refused(host, host);
    },
    lookup: (host, options, callback) => {
      lookup(host, { ...options, all: true }, (error, found) => {
        const addresses = found as LookupAddress[] | undefined;
        if (error || !addresses?.length) return callback(error ?? new Error(`${host} has no address`), '');
        const closed = addresses.find(({ address }) => !isOpen(address));
        if (closed) return callback(refused(host, closed.address), '');
        if (options.all) return callback(null, addresses);
        return callback(null, addresses[0]!.address, addresses[0]!.family);
      });
    },
  };
}
