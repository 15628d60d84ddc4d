import { Buffer } from 'buffer';

// Libraries that read the chain's accounts take Node's `Buffer` for granted. Import this before any of them.
Object.assign(globalThis, { Buffer });
