import type { Progress } from './loader/chunks';

/** Prints the progress of an upload: in place on a terminal, otherwise one line for each 10%. */
export function progressPrinter(output: NodeJS.WriteStream): (progress: Progress) => void {
  const start = Date.now();
  let tenths = -1;
  return ({ written, total }) => {
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    const percent = Math.floor((100 * written) / total);
    const line = `${String(percent).padStart(3)}%  ${written} of ${total} chunks, ${seconds} s`;
    if (output.isTTY) output.write(`\r${line}${written === total ? '\n' : ''}`);
    else if (Math.floor(percent / 10) > tenths) output.write(`${line}\n`);
    tenths = Math.max(tenths, Math.floor(percent / 10));
  };
}
