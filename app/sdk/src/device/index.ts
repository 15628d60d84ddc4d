export * from './kinds';
export * from './report';
