export * from './files';
export * from './keypair';
