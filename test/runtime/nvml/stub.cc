// The used part of NVML's ABI, answered from a file that is read again at every call: STUB_NVML names it, stubNvml.ts describes it.
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Memory {
  unsigned long long total, free, used;
};

struct Process {
  unsigned int pid;
  unsigned long long usedGpuMemory;
  unsigned int gpuInstanceId, computeInstanceId;
};

enum { kSuccess = 0, kUninitialized = 1, kInvalidArgument = 2, kNotSupported = 3, kNotFound = 6, kInsufficientSize = 7, kGpuIsLost = 15 };

std::atomic<bool> initialized{false};
std::atomic<int> listings{0};

// What follows `key` in its lines.
std::vector<std::string> answers(const std::string& key) {
  std::vector<std::string> found;
  std::ifstream file(std::getenv("STUB_NVML"));
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, key.size() + 1, key + " ") == 0) found.push_back(line.substr(key.size() + 1));
  }
  return found;
}

int code(const std::string& key) {
  const auto found = answers(key);
  return found.empty() ? kSuccess : std::stoi(found[0]);
}

int text(const std::string& value, char* buffer, unsigned int length) {
  if (value.size() + 1 > length) return kInsufficientSize;
  std::strcpy(buffer, value.c_str());
  return kSuccess;
}

// Two numbers after `key`; what is not scripted the GPU does not have.
int switchOf(const std::string& key, unsigned int* current, unsigned int* pending) {
  const auto found = answers(key);
  if (found.empty()) return kNotSupported;
  std::istringstream(found[0]) >> *current >> *pending;
  return kSuccess;
}

// A handle is the address of its index; it is neither small nor null.
unsigned int indices[8] = {0, 1, 2, 3, 4, 5, 6, 7};

}  // namespace

extern "C" {

int stubListings() { return listings; }

int nvmlInit_v2() {
  initialized = code("init") == kSuccess;
  return code("init");
}

const char* nvmlErrorString(int result) {
  if (result == 18) return "Driver/library version mismatch";
  return result == 9 ? "Driver Not Loaded" : result == kNotFound ? "Not Found" : result == kGpuIsLost ? "GPU is lost" : "Other";
}

int nvmlSystemGetDriverVersion(char* version, unsigned int length) { return text(answers("driver")[0], version, length); }

int nvmlDeviceGetCount_v2(unsigned int* count) {
  *count = answers("gpu").size();
  return kSuccess;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned int index, unsigned int** device) {
  if (!initialized) return kUninitialized;
  if (index >= answers("gpu").size()) return kInvalidArgument;
  *device = &indices[index];
  return kSuccess;
}

int nvmlDeviceGetHandleByUUID(const char* uuid, unsigned int** device) {
  const auto gpus = answers("gpu");
  for (unsigned int index = 0; index < gpus.size(); index++) {
    if (gpus[index].substr(0, gpus[index].find(' ')) != uuid) continue;
    *device = &indices[index];
    return kSuccess;
  }
  return kNotFound;
}

int nvmlDeviceGetUUID(unsigned int* device, char* uuid, unsigned int length) {
  const auto gpu = answers("gpu")[*device];
  return text(gpu.substr(0, gpu.find(' ')), uuid, length);
}

int nvmlDeviceGetName(unsigned int* device, char* name, unsigned int length) {
  const auto gpu = answers("gpu")[*device];
  return text(gpu.substr(gpu.find(' ') + 1), name, length);
}

int nvmlDeviceGetMemoryInfo(unsigned int*, Memory* memory) {
  const auto [total, used] = std::pair{1ull << 40, std::stoull(answers("used")[0])};
  *memory = {total, total - used, used};
  return kSuccess;
}

int nvmlDeviceGetComputeRunningProcesses_v3(unsigned int*, unsigned int* count, Process* processes) {
  if (code("list") != kSuccess) return code("list");
  const auto listed = answers("process");
  const unsigned int room = *count;
  *count = listed.size();
  if (room < listed.size()) return kInsufficientSize;
  for (unsigned int index = 0; index < listed.size(); index++) {
    std::istringstream words(listed[index]);
    std::string pid, bytes;
    words >> pid >> bytes;
    const unsigned long long used = bytes == "unavailable" ? ~0ull : std::stoull(bytes);
    processes[index] = {pid == "self" ? static_cast<unsigned int>(getpid()) : static_cast<unsigned int>(std::stoul(pid)), used, ~0u, ~0u};
  }
  listings++;
  return kSuccess;
}

int nvmlDeviceGetMigMode(unsigned int*, unsigned int* current, unsigned int* pending) { return switchOf("mig", current, pending); }

int nvmlDeviceGetEccMode(unsigned int*, unsigned int* current, unsigned int* pending) { return switchOf("ecc", current, pending); }

int nvmlDeviceGetTotalEccErrors(unsigned int*, int type, int counter, unsigned long long* count) {
  if (type != 1 || counter != 0) return kInvalidArgument;
  const auto found = answers("uncorrected");
  if (found.empty()) return kNotSupported;
  *count = std::stoull(found[0]);
  return kSuccess;
}

}  // extern "C"
