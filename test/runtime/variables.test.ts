import { expect, test } from 'vitest';
import { childEnvironment, tensorflowVariables } from '../../src/runtime/variables.ts';

const runtime = (device: 'cpu' | 'gpu', allocator: 'bfc' | 'cuda_malloc_async' = 'bfc') =>
  ({ backend: 'tensorflow', device, allocator, memoryLimitMiB: null }) as const;

const ON_A_GPU = {
  TF_ENABLE_ONEDNN_OPTS: '0',
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
  NVIDIA_TF32_OVERRIDE: '0',
  TF_CUDNN_USE_AUTOTUNE: '0',
  TF_MATMUL_AUTOTUNE_ENABLE: '0',
  CUDA_MODULE_LOADING: 'LAZY',
  CUDA_CACHE_MAXSIZE: '2147483648',
};

test('everything that is fixed on a GPU, and one GPU of those that the shell shows', () => {
  expect(tensorflowVariables(runtime('gpu'), 'none', {})).toEqual({
    ...ON_A_GPU,
    TF_CPP_MIN_LOG_LEVEL: '1',
    CUDA_VISIBLE_DEVICES: '0',
  });
  expect(
    tensorflowVariables(runtime('gpu', 'cuda_malloc_async'), 'allocation-log', { CUDA_VISIBLE_DEVICES: '3,1' }),
  ).toEqual({
    ...ON_A_GPU,
    TF_CPP_MIN_LOG_LEVEL: '0',
    TF_CPP_VMODULE: 'log_memory=2',
    TF_GPU_ALLOCATOR: 'cuda_malloc_async',
    CUDA_VISIBLE_DEVICES: '3',
  });
});

test('on a CPU nothing is said to CUDA but that it sees no GPU', () => {
  expect(tensorflowVariables(runtime('cpu'), 'allocation-log', { CUDA_VISIBLE_DEVICES: '1' })).toEqual({
    TF_ENABLE_ONEDNN_OPTS: '0',
    TF_CPP_MIN_LOG_LEVEL: '0',
    TF_CPP_VMODULE: 'log_memory=2,bfc_allocator=1',
    MALLOC_MMAP_THRESHOLD_: '65536',
    TF_CPU_ALLOCATOR_USE_BFC: 'true',
    CUDA_VISIBLE_DEVICES: '',
  });
});

test('what the shell says to TensorFlow, malloc and CUDA is dropped; where CUDA keeps its cache is the user’s', () => {
  const shell = {
    PATH: '/bin',
    LD_LIBRARY_PATH: '/lib',
    CUDA_CACHE_PATH: '/cache',
    CUDA_VISIBLE_DEVICES: '1,2',
    CUDA_DEVICE_ORDER: 'FASTEST_FIRST',
    CUDA_MODULE_LOADING: 'EAGER',
    CUDA_CACHE_MAXSIZE: '1',
    CUDA_LAUNCH_BLOCKING: '1',
    CUBLAS_WORKSPACE_CONFIG: ':4096:8',
    NVIDIA_TF32_OVERRIDE: '1',
    TF_GPU_ALLOCATOR: 'cuda_malloc',
    MALLOC_ARENA_MAX: '1',
  };
  expect(childEnvironment(shell, { CUDA_VISIBLE_DEVICES: '1' })).toEqual({
    PATH: '/bin',
    LD_LIBRARY_PATH: '/lib',
    CUDA_CACHE_PATH: '/cache',
    CUDA_VISIBLE_DEVICES: '1',
  });
});
