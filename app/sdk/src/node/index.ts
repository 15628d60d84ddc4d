export * from './files';
export * from './keypair';
export * from './main';
export * from './options';
export {
  configFile,
  DEFAULT_CONFIG,
  type Profile,
  ProfileError,
  readProfile,
  writeProfile,
} from './settings';
export * from './signing';
