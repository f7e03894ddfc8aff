/** What the shapes run on, in one file: tfjs's core with its gradients, and the backend and kernels of tfjs-node without their addon. */
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js';
import '@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js';
import tf from './core.cjs';

export { NodeJSKernelBackend, tf };
