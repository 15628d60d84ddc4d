/** Node's own `Buffer`; in a browser's bundle, that of the npm package with the same name. */
export { Buffer } from 'buffer';
