export * from './keypair';
