export * from './expect-error';
export * from './fixture';
export * from './lookup-table';
