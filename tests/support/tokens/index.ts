export * from './token-2022';
