export * from './files';
export * from './keypair';
export * from './main';
export * from './options';
