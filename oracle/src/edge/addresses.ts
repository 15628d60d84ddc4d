import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/** The most entries of `X-Forwarded-For` that are looked at. */
const MOST_HOPS = 16;

/** Tells who sent a request, also behind proxies. */
export class ClientAddresses {
  private readonly proxies = new BlockList();

  /** @param proxies addresses and networks; {@link isNetwork} must hold for each */
  constructor(proxies: readonly string[]) {
    for (const proxy of proxies) {
      const [address, bits] = proxy.split('/') as [string, string | undefined];
      const family = isIPv4(address) ? 'ipv4' : 'ipv6';
      if (bits === undefined) this.proxies.addAddress(address, family);
      else this.proxies.addSubnet(address, Number(bits), family);
    }
  }

  isProxy(address: string): boolean {
    const plain = withoutMapping(address);
    return isIP(plain) !== 0 && this.proxies.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
  }

  /**
   * The client that limits apply to. Each proxy appends who asked it, so the last address that isn't a proxy's is the
   * client's; what stands before it is only what the client says.
   */
  of({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): string {
    let client = socket.remoteAddress ?? '';
    const hops = String(headers['x-forwarded-for'] ?? '')
      .split(',')
      .slice(-MOST_HOPS);
    while (this.isProxy(client) && hops.length > 0) {
      const hop = hops.pop()!.trim();
      if (isIP(withoutMapping(hop)) === 0) break;
      client = hop;
    }
    return groupOf(client);
  }
}

/** Whether a text is an address or a network in CIDR notation. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const most = isIPv4(address) ? 32 : isIPv6(address) ? 128 : 0;
  if (most === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
}

/** The addresses that count as one client: an IPv4 address, or an IPv6 network of 64 bits, which is what a customer gets. */
export function groupOf(address: string): string {
  const plain = withoutMapping(address);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('%')[0]!.split('::') as [string, string?];
  const groups = head === '' ? [] : head.split(':');
  const behind = tail ? tail.split(':').length : 0;
  const zeros = tail === undefined ? 0 : 8 - groups.length - behind;
  const all = [...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...(tail ? tail.split(':') : [])];
  const first = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${first.join(':')}::/64`;
}

/** An IPv4 address as a socket for both families writes it. */
const withoutMapping = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');
