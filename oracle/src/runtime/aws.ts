// Imported for its effect before any client of AWS is created. The SDK warns on Node 20 that its future versions will
// need a later one. Its version is pinned here, so that is no concern of whoever runs an oracle.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/**
 * How long clients of AWS wait: for a connection, for the beginning of an answer, and for its next bytes; milliseconds. By
 * themselves they would wait for ever on a connection that is dead, and so would all that share a write.
 */
export const waiting = (ms = 15_000) => ({
  requestHandler: {
    connectionTimeout: Math.min(ms, 5_000),
    requestTimeout: ms,
    socketTimeout: ms,
    throwOnRequestTimeout: true,
  },
});
