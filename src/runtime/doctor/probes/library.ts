/** Can this library be opened, with all that it needs? */
import { requireKoffi } from '../../koffi.ts';
import { answer } from './answer.ts';

answer(() => {
  requireKoffi().load(process.argv[2] ?? '');
  return true;
});
