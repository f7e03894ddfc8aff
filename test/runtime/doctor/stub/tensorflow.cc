// What lies in deps/lib of a prepared installation, under the names of TensorFlow's two libraries: the check of the CUDA libraries, the
// choice of the device in TensorFlow's own way and words, and an allocator with exact books. It is no TensorFlow and proves nothing of one.
// STUB_TENSORFLOW lists what is to go wrong: `silent-cpu`, `wrong-values`, `other-allocates`, `dies`, `no-pools`.
#include <dlfcn.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

#ifndef STUB_VERSION
#define STUB_VERSION "2.18.1"
#endif

namespace {

long inUse = 0;

bool asked(const char* what) {
  const char* list = std::getenv("STUB_TENSORFLOW");
  return list != nullptr && std::strstr(list, what) != nullptr;
}

bool isAsync() {
  const char* allocator = std::getenv("TF_GPU_ALLOCATOR");
  return allocator != nullptr && std::strcmp(allocator, "cuda_malloc_async") == 0;
}

using Move = void (*)(uint64_t);

// The pool is the stub driver's.
void movePool(const char* function, long bytes) {
  void* driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_NOLOAD);
  if (Move move = driver ? reinterpret_cast<Move>(dlsym(driver, function)) : nullptr) move(bytes);
}

long charged(long bytes) { return isAsync() ? bytes : (bytes + 255) / 256 * 256; }

}  // namespace

namespace tsl { namespace internal { namespace DsoLoader {

// dlopen_checker.cc and dso_loader.cc
uint64_t TryDlopenCUDALibraries() {
  uint64_t status = 0;
  for (const char* name : {"libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12", "libcufft.so.11", "libcusolver.so.11", "libcusparse.so.12", "libcudnn.so.9"}) {
    if (dlopen(name, RTLD_NOW | RTLD_LOCAL)) {
      if (std::getenv("TF_CPP_VMODULE")) fprintf(stderr, "I dso_loader.cc:70] Successfully opened dynamic library %s\n", name);
    } else {
      const char* words = dlerror();
      if (std::getenv("TF_CPP_VMODULE")) fprintf(stderr, "W dso_loader.cc:61] Could not load dynamic library '%s'; dlerror: %s\n", name, words);
      status = 8;
    }
  }
  return status;
}

}}}  // namespace tsl::internal::DsoLoader

extern "C" {

const char* TF_Version() { return STUB_VERSION; }

// gpu_device.cc
bool stubUsesGpu() {
  if (asked("dies")) std::abort();
  if (isAsync() && asked("no-pools")) std::abort();
  fprintf(stderr, "E0000 00:00:1769860800.000001    12 cuda_dnn.cc:8310] Unable to register cuDNN factory: Attempting to register factory for plugin cuDNN when one has already been registered\n");
  const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
  if (visible != nullptr && *visible == '\0') return false;
  void* driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_GLOBAL);
  auto cuInit = driver ? reinterpret_cast<int (*)(unsigned)>(dlsym(driver, "cuInit")) : nullptr;
  if (const int code = cuInit ? cuInit(0) : 303) {
    fprintf(stderr, "2026-01-31 12:00:00.123456: E external/local_xla/xla/stream_executor/cuda/cuda_driver.cc:152] failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (%d)\n", code);
    return false;
  }
  if (tsl::internal::DsoLoader::TryDlopenCUDALibraries() == 0) return !asked("silent-cpu");
  fprintf(stderr, "2026-01-31 12:00:00.123456: W tensorflow/core/common_runtime/gpu/gpu_device.cc:2343] Cannot dlopen some GPU libraries. Please make sure the missing libraries mentioned above are installed properly if you would like to use GPU.\n");
  fprintf(stderr, "Skipping registering GPU devices...\n");
  return false;
}

const char* stubAllocator() { return isAsync() ? "gpu_async_0" : "GPU_0_bfc"; }
long stubInUse() { return inUse; }
bool stubWrong() { return asked("wrong-values"); }

void stubTake(long bytes) {
  if (asked("other-allocates")) inUse += 2097152;
  inUse += charged(bytes);
  if (isAsync()) movePool("stubAllocate", bytes);
}

void stubGive(long bytes) {
  inUse -= charged(bytes);
  if (isAsync()) movePool("stubFree", bytes);
}

}  // extern "C"
