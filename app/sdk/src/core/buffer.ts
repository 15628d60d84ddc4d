/** Node's own, or in a browser's bundle the npm package of this name. */
export { Buffer } from 'buffer';
