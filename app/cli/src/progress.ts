/** How long a command stays quiet, and how often it shows what it waits for after that, milliseconds. */
const INTERVAL_MS = 2_000;

const toStandardError = (line: string): void => void process.stderr.write(`${line}\n`);

/** Waits for work, and says every two seconds what is being waited for. */
export async function telling<T>(
  what: () => string,
  work: () => Promise<T>,
  write: (line: string) => void = toStandardError,
): Promise<T> {
  const start = Date.now();
  const timer = setInterval(() => {
    write(`${what()}, ${Math.round((Date.now() - start) / 1000)} s`);
  }, INTERVAL_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
