// Statistics of TensorFlow's allocators, for Node, everything that the measured one gives and gets back, and on which device operations
// leave their outputs. tfjs does not pass them on and TensorFlow's C interface does not have the statistics, but its headers lead from the
// context that tfjs makes to every device and its allocator.
//
// It defines three functions of TensorFlow's C interface. When it is opened before TensorFlow and with RTLD_GLOBAL, the calls of tfjs's
// addon land here; each is passed on. It is not linked with TensorFlow and calls nothing of its C++ but virtual and inline functions:
// C functions are looked up when they are needed. Lines that lean on what TensorFlow does not promise say "internal"; they hold for the
// version of the headers, which the build names, and none of them is reached in another TensorFlow.
#include <atomic>
#include <dlfcn.h>
#include <node_api.h>
#include <sys/time.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "tensorflow/c/eager/c_api.h"
#include "tensorflow/c/eager/tfe_context_internal.h"  // internal: unwrap() of a TFE_Context
#include "tensorflow/c/tf_tensor_internal.h"          // internal: what a TF_Tensor points to
#include "tensorflow/core/common_runtime/device.h"    // internal: tensorflow::Device, and its Allocator with AllocatorStats

namespace {

// The last one made; tfjs makes one per process and never deletes it. Stays null in a TensorFlow of another version than the headers'.
TFE_Context* context = nullptr;
int contextsMade = 0;
std::string config;       // a serialized tensorflow.ConfigProto; empty leaves TensorFlow's defaults
std::string configError;  // why it was refused; the context then has the defaults
size_t lastUploadBytes = 0;
bool followsOutputs = false;
std::vector<bool> outputsOnHost;  // of the last operation that was followed; empty after one that failed

// TensorFlow's own function of that name. Its library is open when one is needed, but not in the global scope: RTLD_NEXT would not find it.
template <typename Function>
Function* Tensorflow(const char* name) {
  static void* library = dlopen("libtensorflow_cc.so.2", RTLD_LAZY | RTLD_NOLOAD);  // internal: the file name in the wheel
  void* symbol = library == nullptr ? nullptr : dlsym(library, name);
  if (symbol == nullptr) napi_fatal_error("memproof", NAPI_AUTO_LENGTH, name, NAPI_AUTO_LENGTH);
  return reinterpret_cast<Function*>(symbol);
}
#define TENSORFLOW(name) Tensorflow<decltype(name)>(#name)

std::vector<tensorflow::Device*> Devices() {
  if (context == nullptr) return {};
  return tensorflow::unwrap(context)->ListLocalTfDevices();  // internal: a virtual function of ImmediateExecutionContext
}

tensorflow::Allocator* AllocatorOf(tensorflow::Device* device) {
  return device->GetAllocator(tensorflow::AllocatorAttributes());  // internal: DeviceBase; no attributes is where kernels put tensors
}

// What TensorFlow's allocator gave for a tensor that is being uploaded. 0: it gave nothing (JavaScript's memory is borrowed, or the tensor
// is empty), or it does not know sizes (plain malloc). AllocatedSize ends the process when asked for memory of somebody else, so that is
// ruled out first; tensors of saved models, which could come from other allocators, are not used here.
size_t AllocatedBytes(const TF_Tensor* tensor) {
  if (context == nullptr) return 0;
  tensorflow::AbstractTensorInterface* contents = tensor->tensor;  // internal: the only field of TF_Tensor
  if (contents->ByteSize() == 0) return 0;
  if (!contents->CanMove()) return 0;  // internal: false where TF_NewTensor borrowed (TensorBuffer::OwnsMemory)
  for (tensorflow::Device* device : Devices()) {
    if (device->device_type() != "CPU") continue;  // internal: TF_NewTensor takes cpu_allocator(), which is the one of CPU:0
    tensorflow::Allocator* host = AllocatorOf(device);
    return host->TracksAllocationSizes() ? host->AllocatedSize(TENSORFLOW(TF_TensorData)(tensor)) : 0;  // internal: Allocator
  }
  return 0;
}

napi_value Number(napi_env env, double value) {
  napi_value result;
  napi_create_double(env, value, &result);
  return result;
}

napi_value Text(napi_env env, const std::string& value) {
  napi_value result;
  napi_create_string_utf8(env, value.c_str(), value.size(), &result);
  return result;
}

void Set(napi_env env, napi_value object, const char* key, napi_value value) {
  napi_set_named_property(env, object, key, value);
}

napi_value StatisticsOf(napi_env env, tensorflow::Allocator* allocator) {
  napi_value result;
  auto found = allocator->GetStats();  // internal: Allocator; none for malloc, whose switch for statistics is off
  if (!found) {
    napi_get_null(env, &result);
    return result;
  }
  napi_create_object(env, &result);
  // internal: every field of AllocatorStats. bytes_reserved is left out, as BFC never sets it.
  Set(env, result, "bytesInUse", Number(env, found->bytes_in_use));
  Set(env, result, "peakBytesInUse", Number(env, found->peak_bytes_in_use));
  Set(env, result, "numAllocs", Number(env, found->num_allocs));
  Set(env, result, "largestAllocBytes", Number(env, found->largest_alloc_size));
  Set(env, result, "largestFreeBlockBytes", Number(env, found->largest_free_block_bytes));
  if (found->bytes_limit) Set(env, result, "bytesLimit", Number(env, *found->bytes_limit));
  if (found->pool_bytes) Set(env, result, "poolBytes", Number(env, *found->pool_bytes));
  if (found->peak_pool_bytes) Set(env, result, "peakPoolBytes", Number(env, *found->peak_pool_bytes));
  return result;
}

// devices(): [{ name, type, allocator, stats: { bytesInUse, … } | null }], in TensorFlow's order
napi_value DevicesForJs(napi_env env, napi_callback_info) {
  napi_value list;
  napi_create_array(env, &list);
  uint32_t index = 0;
  for (tensorflow::Device* device : Devices()) {
    napi_value entry;
    napi_create_object(env, &entry);
    Set(env, entry, "name", Text(env, device->name()));         // internal: DeviceBase
    Set(env, entry, "type", Text(env, device->device_type()));  // internal: DeviceBase
    Set(env, entry, "allocator", Text(env, AllocatorOf(device)->Name()));
    Set(env, entry, "stats", StatisticsOf(env, AllocatorOf(device)));
    napi_set_element(env, list, index++, entry);
  }
  return list;
}

// clearPeak(): how many devices' peaks are now what is in use
napi_value ClearPeak(napi_env env, napi_callback_info) {
  int cleared = 0;
  for (tensorflow::Device* device : Devices()) cleared += AllocatorOf(device)->ClearStats() ? 1 : 0;  // internal: Allocator
  return Number(env, cleared);
}

// setConfig(Uint8Array): for the next context
napi_value SetConfig(napi_env env, napi_callback_info info) {
  size_t count = 1, length = 0;
  napi_value argument;
  void* data = nullptr;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (count < 1 || napi_get_typedarray_info(env, argument, nullptr, &length, &data, nullptr, nullptr) != napi_ok) {
    napi_throw_type_error(env, nullptr, "setConfig(Uint8Array)");
    return nullptr;
  }
  config.assign(static_cast<char*>(data), length);
  return nullptr;
}

napi_value ConfigError(napi_env env, napi_callback_info) { return Text(env, configError); }
napi_value Contexts(napi_env env, napi_callback_info) { return Number(env, contextsMade); }
napi_value LastUpload(napi_env env, napi_callback_info) { return Number(env, static_cast<double>(lastUploadBytes)); }

// Does the handle's memory belong to the host? An operation on a GPU leaves some outputs there (HostMemory of its kernel).
bool IsOnHost(TFE_TensorHandle* handle, TF_Status* status) {
  const char* device = TENSORFLOW(TFE_TensorHandleBackingDeviceName)(handle, status);
  return device != nullptr && std::strstr(device, "/device:CPU:") != nullptr;
}

void NoteOutputs(TFE_TensorHandle** outputs, int count) {
  static TF_Status* status = TENSORFLOW(TF_NewStatus)();
  for (int index = 0; index < count; index++) outputsOnHost.push_back(IsOnHost(outputs[index], status));
}

// followOutputs(): from now on
napi_value FollowOutputs(napi_env, napi_callback_info) {
  followsOutputs = true;
  return nullptr;
}

// lastOutputsOnHost(): [boolean], in the operation's order
napi_value LastOutputsOnHost(napi_env env, napi_callback_info) {
  napi_value list;
  napi_create_array_with_length(env, outputsOnHost.size(), &list);
  for (size_t index = 0; index < outputsOnHost.size(); index++) {
    napi_value onHost;
    napi_get_boolean(env, outputsOnHost[index], &onHost);
    napi_set_element(env, list, index, onHost);
  }
  return list;
}

// Every request to one allocator, written to stderr as it is met. TensorFlow's own log does not have them all: on a GPU the kernels that MLIR
// generates (most elementwise ones) ask the allocator directly. The object gets a table of virtual functions of its own, a copy with three
// entries of ours, so that no other allocator of its class is touched.
namespace followed {

using tensorflow::AllocationAttributes;
using tensorflow::Allocator;

// More than an Allocator of any version has with what its classes add; what lies behind a shorter table is copied and never called.
constexpr size_t kEntries = 48;
constexpr size_t kHeader = 2;  // Itanium C++ ABI, 2.5.2: offset to top and type information lie before the first function

using Allocate = void* (*)(Allocator*, size_t, size_t);
using AllocateWith = void* (*)(Allocator*, size_t, size_t, const AllocationAttributes&);
using Deallocate = void (*)(Allocator*, void*);
Allocate allocate = nullptr;
AllocateWith allocateWith = nullptr;
Deallocate deallocate = nullptr;
void* table[kHeader + kEntries];
Allocator* one = nullptr;           // the functions above are its class's: only one allocator can be followed
std::atomic<long long> lines{0};    // each is numbered, so that a reader knows when one is missing
thread_local int depth = 0;         // one way to allocate calls the other

long long MicrosecondsOfDay() {
  timeval now;
  gettimeofday(&now, nullptr);
  return (now.tv_sec % 86400) * 1000000LL + now.tv_usec;
}

void Write(const char* line, int length) {
  if (write(STDERR_FILENO, line, length) != length) napi_fatal_error("memproof", NAPI_AUTO_LENGTH, "stderr is full", NAPI_AUTO_LENGTH);
}

// Its bytes, the chunk that it got (0: the allocator does not know), and the address. One write: lines of several threads do not mix.
void* Taken(Allocator* allocator, void* address, size_t bytes) {
  if (depth > 0 || address == nullptr) return address;
  const size_t chunk = allocator->TracksAllocationSizes() ? allocator->AllocatedSize(address) : 0;
  char line[200];
  Write(line, snprintf(line, sizeof line,
                       "@@memproof {\"kind\":\"taken\",\"number\":%lld,\"address\":\"%" PRIuPTR "\",\"bytes\":%zu,\"allocatedBytes\":%zu,\"timeUs\":%lld}\n",
                       ++lines, reinterpret_cast<uintptr_t>(address), bytes, chunk, MicrosecondsOfDay()));
  return address;
}

void* OnAllocate(Allocator* allocator, size_t alignment, size_t bytes) {
  ++depth;
  void* address = allocate(allocator, alignment, bytes);
  --depth;
  return Taken(allocator, address, bytes);
}

void* OnAllocateWith(Allocator* allocator, size_t alignment, size_t bytes, const AllocationAttributes& attributes) {
  ++depth;
  void* address = allocateWith(allocator, alignment, bytes, attributes);
  --depth;
  return Taken(allocator, address, bytes);
}

// Before it is given back: afterwards another thread may already have it.
void OnDeallocate(Allocator* allocator, void* address) {
  if (address != nullptr) {
    char line[150];
    Write(line, snprintf(line, sizeof line,
                         "@@memproof {\"kind\":\"returned\",\"number\":%lld,\"address\":\"%" PRIuPTR "\",\"timeUs\":%lld}\n", ++lines,
                         reinterpret_cast<uintptr_t>(address), MicrosecondsOfDay()));
  }
  deallocate(allocator, address);
}

// Itanium C++ ABI, 2.3: a pointer to a virtual member function is one more than the function's place in the table, in bytes.
template <typename Member>
size_t EntryOf(Member member) {
  uintptr_t place;
  std::memcpy(&place, &member, sizeof place);
  return (place - 1) / sizeof(void*);
}

template <typename Function>
void Replace(Function& real, size_t entry, Function ours) {
  void*& function = table[kHeader + entry];
  real = reinterpret_cast<Function>(function);
  function = reinterpret_cast<void*>(ours);
}

// False if another is followed already.
bool Follow(Allocator* allocator) {
  if (one != nullptr) return one == allocator;
  one = allocator;
  void**& own = *reinterpret_cast<void***>(allocator);
  std::memcpy(table, own - kHeader, sizeof table);
  void* (Allocator::*plain)(size_t, size_t) = &Allocator::AllocateRaw;
  void* (Allocator::*with)(size_t, size_t, const AllocationAttributes&) = &Allocator::AllocateRaw;
  void (Allocator::*back)(void*) = &Allocator::DeallocateRaw;
  Replace<Allocate>(allocate, EntryOf(plain), OnAllocate);
  Replace<AllocateWith>(allocateWith, EntryOf(with), OnAllocateWith);
  Replace<Deallocate>(deallocate, EntryOf(back), OnDeallocate);
  own = table + kHeader;
  return true;
}

}  // namespace followed

// followAllocations(deviceName): from now on, of the allocator where this device's kernels put tensors
napi_value FollowAllocations(napi_env env, napi_callback_info info) {
  size_t count = 1, length = 0;
  napi_value argument;
  char name[256] = "";
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (count == 1) napi_get_value_string_utf8(env, argument, name, sizeof name, &length);
  for (tensorflow::Device* device : Devices()) {
    if (device->name() != name) continue;
    if (!followed::Follow(AllocatorOf(device)))
      napi_throw_error(env, nullptr, "followAllocations: another allocator is followed already");
    return nullptr;
  }
  napi_throw_error(env, nullptr, "followAllocations: there is no such device");
  return nullptr;
}

// A context with our configuration, or null and `configError`. The options are our own: the caller's are still the defaults after a refusal.
TFE_Context* NewConfiguredContext(TF_Status* status) {
  TFE_ContextOptions* options = TENSORFLOW(TFE_NewContextOptions)();
  TENSORFLOW(TFE_ContextOptionsSetConfig)(options, config.data(), config.size(), status);
  const bool accepted = TENSORFLOW(TF_GetCode)(status) == TF_OK;
  TFE_Context* made = accepted ? TENSORFLOW(TFE_NewContext)(options, status) : nullptr;
  if (made == nullptr) configError = TENSORFLOW(TF_Message)(status);
  TENSORFLOW(TFE_DeleteContextOptions)(options);
  return made;
}

}  // namespace

// In front of TensorFlow's own. c_api.h gives both default visibility and checks their types.
extern "C" TFE_Context* TFE_NewContext(const TFE_ContextOptions* options, TF_Status* status) {
  configError.clear();
  TFE_Context* made = config.empty() ? nullptr : NewConfiguredContext(status);
  if (made == nullptr) made = TENSORFLOW(TFE_NewContext)(options, status);
  // tfjs would go on with a null context and die of SIGSEGV; this way the reason is on stderr.
  if (made == nullptr) napi_fatal_error("memproof", NAPI_AUTO_LENGTH, TENSORFLOW(TF_Message)(status), NAPI_AUTO_LENGTH);
  ++contextsMade;
  const std::string version = TENSORFLOW(TF_Version)();
  if (version == MEMPROOF_TENSORFLOW_VERSION) context = made;
  return made;
}

extern "C" TFE_TensorHandle* TFE_NewTensorHandle(const TF_Tensor* tensor, TF_Status* status) {
  lastUploadBytes = AllocatedBytes(tensor);  // before: the handle will hold the buffer too, and CanMove would say no
  using Real = TFE_TensorHandle*(const TF_Tensor*, TF_Status*);  // spelt out, because C++ has an overload of that name
  return Tensorflow<Real>("TFE_NewTensorHandle")(tensor, status);
}

extern "C" void TFE_Execute(TFE_Op* op, TFE_TensorHandle** outputs, int* count, TF_Status* status) {
  static auto* execute = TENSORFLOW(TFE_Execute);  // every operation passes here, so it is looked up once
  execute(op, outputs, count, status);
  if (!followsOutputs) return;
  outputsOnHost.clear();
  if (TENSORFLOW(TF_GetCode)(status) == TF_OK) NoteOutputs(outputs, *count);
}

NAPI_MODULE_INIT() {
  const struct {
    const char* name;
    napi_callback function;
  } functions[] = {{"devices", DevicesForJs},
                   {"clearPeak", ClearPeak},
                   {"setConfig", SetConfig},
                   {"contexts", Contexts},
                   {"configError", ConfigError},
                   {"lastUploadAllocatedBytes", LastUpload},
                   {"followAllocations", FollowAllocations},
                   {"followOutputs", FollowOutputs},
                   {"lastOutputsOnHost", LastOutputsOnHost}};
  for (const auto& entry : functions) {
    napi_value function;
    napi_create_function(env, entry.name, NAPI_AUTO_LENGTH, entry.function, nullptr, &function);
    Set(env, exports, entry.name, function);
  }
  Set(env, exports, "compiledFor", Text(env, MEMPROOF_TENSORFLOW_VERSION));
  return exports;
}
