export * from './asset';
export * from './permit';
export * from './stake';
