/**
 * TensorFlow's environment variables, derived from a configuration in one place. They count only if they are set before the library loads,
 * so they belong to the environment of the child process that measures.
 */
import type { RunConfig } from '../config/schema.ts';
import { oneVisible } from './visibleDevice.ts';

/** What a child process is for decides what TensorFlow writes to its stderr. */
export type Observation = 'allocation-log' | 'none';

/** Of `shell` only CUDA_VISIBLE_DEVICES is heard: which GPU is meant is the user's to say. */
export function tensorflowVariables(
  runtime: RunConfig['runtime'],
  observation: Observation,
  shell: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const variables: Record<string, string> = {
    // On processors with AVX512_VNNI oneDNN is on by default, and its matrix product takes scratch from TensorFlow's allocator
    // (_MklBatchMatMulV2): off, so that the same configuration asks for the same bytes on every machine.
    TF_ENABLE_ONEDNN_OPTS: '0',
    // 0 shows what VMODULE asks for; 1 hides TensorFlow's greetings.
    TF_CPP_MIN_LOG_LEVEL: observation === 'allocation-log' ? '0' : '1',
  };
  // tensorflow/core/framework/log_memory.cc; at its level 1 BFC tells where its regions lie
  if (observation === 'allocation-log')
    variables['TF_CPP_VMODULE'] = runtime.allocator === 'bfc' ? 'log_memory=2,bfc_allocator=1' : 'log_memory=2';
  // Else glibc keeps what is freed for itself, and the resident set of a warm process hardly moves; from 64 KiB on every block is now the
  // system's own again when it is freed. Not for timing: it makes each of them a system call and a page fault per 4 KiB.
  if (runtime.device === 'cpu' && observation !== 'none') variables['MALLOC_MMAP_THRESHOLD_'] = '65536';
  if (runtime.device === 'cpu' && runtime.allocator === 'bfc') {
    variables['TF_CPU_ALLOCATOR_USE_BFC'] = 'true';
    if (runtime.memoryLimitMiB !== null) variables['TF_CPU_BFC_MEM_LIMIT_IN_MB'] = String(runtime.memoryLimitMiB);
  }
  if (runtime.device === 'gpu') {
    variables['TF_FORCE_GPU_ALLOW_GROWTH'] = 'true';
    // CUDA's own order has the fastest GPU first: an index in CUDA_VISIBLE_DEVICES would mean another GPU to CUDA than to the driver.
    variables['CUDA_DEVICE_ORDER'] = 'PCI_BUS_ID';
    variables['CUDA_VISIBLE_DEVICES'] = oneVisible(shell['CUDA_VISIBLE_DEVICES']);
    // cuBLAS and cuDNN would multiply with 10 bits of mantissa from Ampere on: times and values of another precision than float32.
    variables['NVIDIA_TF32_OVERRIDE'] = '0';
    // Trying algorithms out takes scratch, and which one wins is a matter of time: the same step would ask for other bytes.
    variables['TF_CUDNN_USE_AUTOTUNE'] = '0'; // tensorflow/core/util/use_cudnn.cc
    variables['TF_MATMUL_AUTOTUNE_ENABLE'] = '0'; // tensorflow/core/util/matmul_autotune.cc
    // What of the libraries' code is on the device, and charged to the process, would depend on the driver's default.
    variables['CUDA_MODULE_LOADING'] = 'LAZY';
    // Kernels that are not in the library for this GPU are compiled by the driver; its cache is too small for TensorFlow's, and they would
    // be compiled again in every process.
    variables['CUDA_CACHE_MAXSIZE'] = String(2 * 1024 ** 3);
    if (runtime.allocator === 'cuda_malloc_async') variables['TF_GPU_ALLOCATOR'] = 'cuda_malloc_async';
  } else {
    variables['CUDA_VISIBLE_DEVICES'] = ''; // a CPU measurement must not wake a GPU that happens to be there
  }
  return variables;
}

/** What the shell may say to CUDA and its libraries that would change bytes or times; all of CUDA's other variables are kept. */
const CUDA_VARIABLES = new Set([
  'CUDA_VISIBLE_DEVICES',
  'CUDA_DEVICE_ORDER',
  'CUDA_MODULE_LOADING',
  'CUDA_CACHE_MAXSIZE',
  'CUDA_CACHE_DISABLE',
  'CUDA_LAUNCH_BLOCKING',
  'CUBLAS_WORKSPACE_CONFIG',
  'NVIDIA_TF32_OVERRIDE',
]);

/** `inherited` without what the user's shell says to TensorFlow, malloc and CUDA, and with what the configuration says. */
export function childEnvironment(inherited: NodeJS.ProcessEnv, variables: Record<string, string>): NodeJS.ProcessEnv {
  const kept = Object.entries(inherited).filter(([name]) => !/^(TF_|MALLOC_)/.test(name) && !CUDA_VARIABLES.has(name));
  return { ...Object.fromEntries(kept), ...variables };
}
