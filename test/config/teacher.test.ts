import { expect, test } from 'vitest';
import { obstacles } from '../../src/config/buildable.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import type { PartialConfig } from '../../src/config/schema.ts';
import { teacherOf } from '../../src/config/teacher.ts';

const student = { layers: 2, hiddenSize: 24, heads: 6, feedForwardSize: 50, dropout: 0.1 } as const;

test('its sizes follow from the student: twice as deep, as wide, the same in all else', () => {
  const { step } = resolveConfig({ model: student, step: { teacher: 'outside' } });
  expect(step).toMatchObject({ teacherLayers: 4, teacherHiddenSize: 24, teacherHeads: 6, teacherFeedForwardSize: 50 });
});

test('its feed-forward is as many times its own width as the student has', () => {
  const { step } = resolveConfig({
    model: student,
    step: { teacher: 'inside', teacherHiddenSize: 36, teacherHeads: 4 },
  });
  expect(step).toMatchObject({ teacherLayers: 4, teacherHiddenSize: 36, teacherHeads: 4, teacherFeedForwardSize: 75 });
});

test('without one it has no sizes', () => {
  expect(resolveConfig({}).step).toMatchObject({ teacher: 'none', teacherLayers: null, teacherHeads: null });
  expect(teacherOf(resolveConfig({}))).toBeNull();
});

test('is a configuration of its own, neither trained nor recomputed', () => {
  const config = resolveConfig({
    model: { ...student, keyValueHeads: 2 },
    step: { teacher: 'inside', checkpointing: 'block', precision: 'mixed-float16', teacherHeads: 12 },
  });
  const teacher = teacherOf(config);
  expect(teacher).toMatchObject({
    model: { layers: 4, heads: 12, keyValueHeads: 4, headSize: 2, dropout: 0, vocabularySize: 50257 },
    step: { teacher: 'none', teacherLayers: null, checkpointing: 'none', precision: 'mixed-float16' },
  });
  expect(teacher === null ? null : resolveConfig(teacher)).toEqual(teacher); // it stands by itself
});

test.each<[PartialConfig, string]>([
  [{ step: { teacherLayers: 3 } }, 'step.teacherLayers = 3 is the size of a teacher, and step.teacher is none'],
  [
    { step: { teacher: 'outside', teacherHeads: 7 } },
    'step.teacherHeads = 7 does not divide step.teacherHiddenSize = 768',
  ],
  [{ model: { keyValueHeads: 3 }, step: { teacher: 'inside', teacherHeads: 6 } }, 'no multiple of the 4 query heads'],
  [{ model: { positions: 'rotary' }, step: { teacher: 'inside', teacherHeads: 256 } }, 'rotary positions turn pairs'],
  [{ step: { teacher: 'outside', teacherLayers: 0 } }, 'step.teacherLayers'],
])('what contradicts itself: %j', (partial, text) => {
  expect(() => resolveConfig(partial)).toThrow(text);
});

test('learns only where something is trained', () => {
  const config = resolveConfig({ step: { kind: 'inference', teacher: 'outside' } });
  expect(obstacles(config)).toContainEqual({
    path: 'step.teacher',
    reason: expect.stringContaining('learns from none'),
  });
});
