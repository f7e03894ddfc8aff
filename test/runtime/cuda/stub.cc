// The used part of the ABI of CUDA's driver, over a memory pool with exact books. It is no device: it says what a driver says that does as
// cuda.h describes, and what is freed stays in use until the device is waited for. STUB_CUDA_FAILURE names one function and its error,
// STUB_CUDA_CAPABILITY the compute capability of its one GPU as 9.0, which it is also without that. An empty CUDA_VISIBLE_DEVICES hides it.
// With STUB_CUDA_HANGS it does not start and never says so.
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

enum { kSuccess = 0, kInvalidValue = 1, kNotInitialized = 3, kNoDevice = 100, kInvalidDevice = 101, kInvalidContext = 201 };
enum { kUsedCurrent = 7, kUsedHigh = 8 };

bool initialized = false;
int current = 0;  // contexts on the stack
uint64_t used = 0, high = 0, queued = 0;
int pool, context;  // handles are their addresses

int failure(const char* name) {
  const char* wanted = std::getenv("STUB_CUDA_FAILURE");
  if (wanted == nullptr || std::strncmp(wanted, name, std::strlen(name)) != 0) return kSuccess;
  return std::atoi(wanted + std::strlen(name));
}

}  // namespace

#define FAIL_IF_ASKED() \
  if (int code = failure(__func__)) return code
#define FAIL_UNLESS(condition, code) \
  if (!(condition)) return code

extern "C" {

void stubAllocate(uint64_t bytes) {
  used += bytes;
  if (used > high) high = used;
}

void stubFree(uint64_t bytes) { queued += bytes; }

int cuInit(unsigned int flags) {
  while (std::getenv("STUB_CUDA_HANGS")) sleep(1);
  FAIL_IF_ASKED();
  FAIL_UNLESS(flags == 0, kInvalidValue);
  const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
  FAIL_UNLESS(visible == nullptr || *visible != '\0', kNoDevice);
  initialized = true;
  return kSuccess;
}

int cuDriverGetVersion(int* version) {
  *version = 12040;
  return kSuccess;
}

int cuDeviceGetCount(int* count) {
  FAIL_UNLESS(initialized, kNotInitialized);
  *count = 1;
  return kSuccess;
}

int cuDeviceGetName(char* name, int length, int device) {
  FAIL_UNLESS(device == 0, kInvalidDevice);
  std::snprintf(name, length, "Example A");
  return kSuccess;
}

int cuDeviceGetAttribute(int* value, int attribute, int device) {
  FAIL_UNLESS(device == 0, kInvalidDevice);
  FAIL_UNLESS(attribute == 75 || attribute == 76, kInvalidValue);
  const char* scripted = std::getenv("STUB_CUDA_CAPABILITY");
  int capability[2];
  std::sscanf(scripted ? scripted : "9.0", "%d.%d", &capability[0], &capability[1]);
  *value = capability[attribute - 75];
  return kSuccess;
}

int cuDeviceTotalMem_v2(size_t* bytes, int device) {
  FAIL_UNLESS(device == 0, kInvalidDevice);
  *bytes = 1ull << 40;
  return kSuccess;
}

int cuDeviceGet(int* device, int ordinal) {
  FAIL_UNLESS(initialized, kNotInitialized);
  FAIL_UNLESS(ordinal == 0, kInvalidDevice);
  *device = 0;
  return kSuccess;
}

int cuDeviceGetDefaultMemPool(void** found, int device) {
  FAIL_IF_ASKED();
  FAIL_UNLESS(device == 0, kInvalidDevice);
  *found = &pool;
  return kSuccess;
}

int cuDevicePrimaryCtxRetain(void** found, int device) {
  FAIL_UNLESS(device == 0, kInvalidDevice);
  *found = &context;
  return kSuccess;
}

int cuCtxPushCurrent_v2(void* pushed) {
  FAIL_UNLESS(pushed == &context, kInvalidContext);
  current++;
  return kSuccess;
}

int cuCtxPopCurrent_v2(void** popped) {
  FAIL_UNLESS(current > 0, kInvalidContext);
  current--;
  *popped = &context;
  return kSuccess;
}

int cuCtxSynchronize() {
  FAIL_IF_ASKED();
  FAIL_UNLESS(current > 0, kInvalidContext);
  used -= queued;
  queued = 0;
  return kSuccess;
}

int cuMemPoolGetAttribute(void* asked, int attribute, void* value) {
  FAIL_IF_ASKED();
  FAIL_UNLESS(asked == &pool && (attribute == kUsedCurrent || attribute == kUsedHigh), kInvalidValue);
  std::memcpy(value, attribute == kUsedCurrent ? &used : &high, sizeof(uint64_t));
  return kSuccess;
}

// "High watermark can only be reset to zero."
int cuMemPoolSetAttribute(void* asked, int attribute, void* value) {
  uint64_t wanted;
  std::memcpy(&wanted, value, sizeof wanted);
  FAIL_UNLESS(asked == &pool && attribute == kUsedHigh && wanted == 0, kInvalidValue);
  high = std::getenv("STUB_CUDA_HIGH_IS_ZERO") ? 0 : used;  // the header does not say which
  return kSuccess;
}

int stubContexts() { return current; }

// libcudart: 1000 · major + 10 · minor
int cudaRuntimeGetVersion(int* version) {
  FAIL_IF_ASKED();
  *version = 12050;
  return kSuccess;
}

}  // extern "C"
