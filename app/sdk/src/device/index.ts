export * from './kinds';
export * from './meter';
export * from './report';
