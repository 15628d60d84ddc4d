import { Connection } from '@solana/web3.js';

interface Answer {
  error?: { code: number; message: string };
}

interface RawConnection {
  _rpcRequest(method: string, params: unknown[]): Promise<Answer>;
}

/** First characters of base64 bytes that begin with the prefix of version 1. */
const V1_BASE64 = /^g[Q-T]/;

/** The same node as one of a cluster that doesn't know version 1 of transactions: it can't decode any. */
export function withoutV1({ rpcEndpoint }: Connection): Connection {
  const connection = new Connection(rpcEndpoint, 'confirmed');
  const raw = connection as unknown as RawConnection;
  const request = raw._rpcRequest.bind(connection);
  raw._rpcRequest = async (method, params) => {
    const isV1 = /^(send|simulate)Transaction$/.test(method) && V1_BASE64.test(String(params[0]));
    if (!isV1) return request(method, params);
    return { error: { code: -32602, message: 'failed to deserialize VersionedTransaction: invalid value' } };
  };
  return connection;
}
