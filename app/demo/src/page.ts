import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CommonwireError } from '@commonwire/sdk/core';
import { buildWeb } from '@commonwire/web';

/** Thrown before anything is founded if the status page can't be served. */
export class PageError extends CommonwireError {
  declare readonly code: 'port-in-use';
}

/**
 * Serves the web application, which reads its data from these oracles and sends transactions by this RPC node. @returns its address and a function to stop it
 * @throws PageError `port-in-use`
 */
export async function servePage(
  port: number,
  { oracles, rpc }: { oracles: readonly string[]; rpc?: string },
): Promise<{ url: string; close(): Promise<void> }> {
  const files = await buildWeb();
  files.set('/api/oracles', {
    type: 'application/json; charset=utf-8',
    body: Buffer.from(JSON.stringify({ oracles, rpc })),
  });
  const sources = [...oracles, ...(rpc ? [new URL(rpc).origin] : [])].join(' ');
  const server = createServer((request, response) => {
    const file = request.method === 'GET' ? files.get(request.url?.split('?')[0] ?? '') : undefined;
    response.writeHead(file ? 200 : 404, {
      'content-type': file?.type ?? 'text/plain',
      'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ${sources}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
    });
    response.end(file?.body ?? 'not found\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EADDRINUSE') return reject(cause);
      const message = `port ${port} is in use. If npm start is running already, open http://127.0.0.1:${port}/ or stop it; for a second network, add -- --port 0`;
      reject(new PageError('port-in-use', message, { cause }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
}
