// Pages may have no memory that threads share unless their server isolates them, and this worker has no threads. Import this
// before the rules: plain memory does.
(globalThis as { SharedArrayBuffer?: unknown }).SharedArrayBuffer ??= ArrayBuffer;
