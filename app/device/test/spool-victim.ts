import { writeSync } from 'node:fs';
import { FileOutbox } from '../src/file-outbox';

/** Spools and settles until it is killed, and tells each call once it has returned: `FILE FIRST` on the command line. */
const [file, first] = process.argv.slice(2) as [string, string];

// It often writes the file anew, too.
const open = () => new FileOutbox(file, 'net/3', 5);
let box = open();
for (let sequence = Number(first), calls = 1; ; calls++) {
  const entries = Array.from({ length: 1 + (sequence % 3) }, () => {
    sequence += 1;
    const [report, signature] = [`report-${sequence} of ${process.pid}`, 's'.repeat(88)];
    return { sequence: BigInt(sequence), start: sequence * 60, seconds: 60, report, signature };
  });
  box.put(entries);
  for (const { sequence, report } of entries) writeSync(1, `put ${sequence} ${report}\n`);
  if (calls % 2 === 0) {
    const oldest = box.pending(1)[0]!.sequence;
    box.settle([{ sequence: oldest, answer: { status: 'accepted' } }]);
    writeSync(1, `done ${oldest}\n`);
  }
  if (calls % 7 === 0) {
    box.close();
    box = open();
  }
}
