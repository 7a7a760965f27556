// Backs up argv[2] into argv[3], or restores argv[3] to argv[2] where argv[4] says so, and stops in the step argv[5]
// names, having said so: whoever started it ends it there.
import { backUp } from '../../src/storage/sqlite/backup.ts';
import { restore } from '../../src/storage/sqlite/restore.ts';
import type { Watch } from '../../src/storage/watch.ts';

const [, , path = '', file = '', deed, last] = process.argv;
const watch: Watch = (step) => {
  if (step !== last) return;
  process.stdout.write('stopped\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
if (deed === 'backup') await backUp({ path, file, partialName: `${file}.partial`, replaces: true, watch });
else await restore({ path, file, partialEnding: '.partial', replaced: 'goes', watch });
