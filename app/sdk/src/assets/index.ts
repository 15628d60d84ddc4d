export * from './accounts';
export * from './addresses';
export * from './instructions';
export { assetsProgram } from './program';
export * from './terms';
