export * from './files';
export * from './keypair';
export * from './main';
export * from './options';
export { DEFAULT_CONFIG, ProfileError } from './settings';
export * from './signing';
