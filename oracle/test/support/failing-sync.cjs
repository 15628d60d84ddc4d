/** Loaded before an oracle: while the file that SYNCS_FAIL names exists, syncs of files fail as on a disk without room. */
const { existsSync } = require('node:fs');
const { open } = require('node:fs/promises');

const path = process.env.SYNCS_FAIL;

void open(__filename, 'r').then(async (handle) => {
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const { datasync } = prototype;
  prototype.datasync = async function failing() {
    if (existsSync(path))
      throw Object.assign(new Error('ENOSPC: no space left on device, fdatasync'), { code: 'ENOSPC' });
    return datasync.call(this);
  };
});
