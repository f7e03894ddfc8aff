import { expect, test } from 'vitest';
import { splitErrors } from '../../src/accuracy/grounds/splitErrors.ts';
import { configId } from '../../src/config/configId.ts';
import { groundsCsv } from '../../src/report/groundsCsv.ts';
import { groundedEstimator, recordOf, WAY } from '../accuracy/grounds/groundExample.ts';

const [start, , minimal, ground] = WAY.map(configId);
const estimator = groundedEstimator(() => 100);

test('one row per part; what is not split says why', () => {
  const split = splitErrors([recordOf(WAY[0], 400), recordOf(WAY[2], 120), recordOf(WAY[3], 110)], [estimator]);
  const where = (id: string | undefined) => `${id},step-peak,buffers,memproof: tensorflow 2.18.0 on cpu,grounded`;
  expect(groundsCsv(split).split('\n')).toEqual([
    'configId,quantity,ledger,origin,estimator,part,from_configId,to_configId,error_bytes,error_ratio,reason',
    `${where(start)},formula-error,${ground},,-10,-0.025,`,
    `${where(start)},dropout+minimal,${start},${minimal},-280,-0.7,`,
    `${where(start)},kept,${minimal},${ground},-10,-0.025,`,
    `${where(minimal)},formula-error,${ground},,-10,${-10 / 120},`,
    `${where(minimal)},kept,${minimal},${ground},-10,${-10 / 120},`,
    '',
  ]);
  expect(
    groundsCsv(splitErrors([recordOf(WAY[0], 400)], [estimator]))
      .split('\n')
      .slice(1),
  ).toEqual([`${where(start)},unsplit,${start},,-300,-0.75,the ground ${ground} was not measured`, '']);
});
