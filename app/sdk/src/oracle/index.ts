export { tooComplex } from './answer';
export * from './api';
export * from './client';
export * from './market-api';
export * from './receipt';
