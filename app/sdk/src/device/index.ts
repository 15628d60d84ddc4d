export * from './attestation';
export * from './kinds';
export * from './meter';
export * from './mount';
export * from './report';
