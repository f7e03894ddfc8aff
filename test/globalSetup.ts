/** Children and the command line run the compiled code: it must be that of the sources under test. */
import { bootstrap } from '../scripts/bootstrap.mjs';

export default async function setup(): Promise<void> {
  await bootstrap();
}
