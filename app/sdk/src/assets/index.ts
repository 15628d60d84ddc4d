export * from './accounts';
export * from './addresses';
export * from './amounts';
export * from './facts';
export * from './instructions';
export { assetsProgram } from './program';
export * from './terms';
export * from './tranches';
