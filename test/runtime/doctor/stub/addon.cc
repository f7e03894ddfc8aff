// The functions of tfjs's addon that the doctor's computations come to, over the stub below: values are really kept and computed.
#include <node_api.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

extern "C" {
const char* TF_Version();
bool stubUsesGpu();
bool stubWrong();
void stubTake(long bytes);
void stubGive(long bytes);
}

namespace {

enum { kFloat = 1, kInt32 = 3 };

struct Tensor {
  std::vector<uint32_t> shape;
  int dtype;
  std::vector<float> values;
  long bytes() const { return 4 * static_cast<long>(values.size()); }
};

std::map<int, Tensor> tensors;
int lastId = 0;
bool onGpu = false;

// int32 stays on the host.
bool onDevice(const Tensor& tensor) { return onGpu && tensor.dtype == kFloat; }

int keep(const Tensor& tensor) {
  if (onDevice(tensor)) stubTake(tensor.bytes());
  tensors[++lastId] = tensor;
  return lastId;
}

std::vector<napi_value> arguments(napi_env env, napi_callback_info info) {
  size_t count = 4;
  std::vector<napi_value> values(count);
  napi_get_cb_info(env, info, &count, values.data(), nullptr, nullptr);
  values.resize(count);
  return values;
}

int integer(napi_env env, napi_value value) {
  int result = 0;
  napi_get_value_int32(env, value, &result);
  return result;
}

std::vector<int> integers(napi_env env, napi_value array) {
  uint32_t length = 0;
  napi_get_array_length(env, array, &length);
  std::vector<int> result(length);
  for (uint32_t index = 0; index < length; index++) {
    napi_value element;
    napi_get_element(env, array, index, &element);
    result[index] = integer(env, element);
  }
  return result;
}

napi_value number(napi_env env, int value) {
  napi_value result;
  napi_create_int32(env, value, &result);
  return result;
}

napi_value createTensor(napi_env env, napi_callback_info info) {
  const auto given = arguments(env, info);
  Tensor tensor;
  for (int size : integers(env, given[0])) tensor.shape.push_back(size);
  tensor.dtype = integer(env, given[1]);
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  napi_get_typedarray_info(env, given[2], &type, &length, &data, nullptr, nullptr);
  for (size_t index = 0; index < length; index++)
    tensor.values.push_back(type == napi_float32_array ? static_cast<float*>(data)[index] : static_cast<float>(static_cast<int*>(data)[index]));
  return number(env, keep(tensor));
}

napi_value deleteTensor(napi_env env, napi_callback_info info) {
  const int id = integer(env, arguments(env, info)[0]);
  if (onDevice(tensors[id])) stubGive(tensors[id].bytes());
  tensors.erase(id);
  return nullptr;
}

Tensor compute(const std::string& name, const Tensor& a, const Tensor& b) {
  if (name == "Fill") {
    Tensor filled{{}, kFloat, {}};
    size_t size = 1;
    for (float extent : a.values) {
      filled.shape.push_back(static_cast<uint32_t>(extent));
      size *= static_cast<size_t>(extent);
    }
    filled.values.assign(size, b.values[0]);
    return filled;
  }
  if (name == "BatchMatMulV2") {
    const auto &x = a.values, &y = b.values;
    return {{2, 2}, kFloat, {x[0] * y[0] + x[1] * y[2], x[0] * y[1] + x[1] * y[3], x[2] * y[0] + x[3] * y[2], x[2] * y[1] + x[3] * y[3]}};
  }
  Tensor sum = a; // Add, of a scalar
  for (float& value : sum.values) value += b.values[0] + (stubWrong() ? 1 : 0);
  return sum;
}

napi_value executeOp(napi_env env, napi_callback_info info) {
  const auto given = arguments(env, info);
  char name[64];
  napi_get_value_string_utf8(env, given[0], name, sizeof name, nullptr);
  const auto inputs = integers(env, given[2]);
  const int id = keep(compute(name, tensors[inputs[0]], tensors[inputs[1]]));
  napi_value outputs, output, shape;
  napi_create_array(env, &outputs);
  napi_create_object(env, &output);
  napi_create_array(env, &shape);
  for (size_t index = 0; index < tensors[id].shape.size(); index++)
    napi_set_element(env, shape, index, number(env, tensors[id].shape[index]));
  napi_set_named_property(env, output, "id", number(env, id));
  napi_set_named_property(env, output, "shape", shape);
  napi_set_named_property(env, output, "dtype", number(env, tensors[id].dtype));
  napi_set_element(env, outputs, 0, output);
  return outputs;
}

napi_value tensorDataSync(napi_env env, napi_callback_info info) {
  const auto& values = tensors[integer(env, arguments(env, info)[0])].values;
  void* data;
  napi_value buffer, array;
  napi_create_arraybuffer(env, 4 * values.size(), &data, &buffer);
  std::memcpy(data, values.data(), 4 * values.size());
  napi_create_typedarray(env, napi_float32_array, values.size(), buffer, 0, &array);
  return array;
}

// tfjs_backend.cc makes TensorFlow's context when it is first needed.
napi_value isUsingGpuDevice(napi_env env, napi_callback_info) {
  onGpu = stubUsesGpu();
  napi_value result;
  napi_get_boolean(env, onGpu, &result);
  return result;
}

napi_value Init(napi_env env, napi_value exports) {
  const std::map<std::string, napi_callback> functions = {
      {"createTensor", createTensor}, {"deleteTensor", deleteTensor}, {"executeOp", executeOp},
      {"tensorDataSync", tensorDataSync}, {"isUsingGpuDevice", isUsingGpuDevice}};
  for (const auto& [name, callback] : functions) {
    napi_value function;
    napi_create_function(env, name.c_str(), NAPI_AUTO_LENGTH, callback, nullptr, &function);
    napi_set_named_property(env, exports, name.c_str(), function);
  }
  const std::map<std::string, int> constants = {{"TF_FLOAT", kFloat}, {"TF_INT32", kInt32}, {"TF_BOOL", 10}, {"TF_ATTR_TYPE", 4}, {"TF_ATTR_BOOL", 3}};
  for (const auto& [name, value] : constants) napi_set_named_property(env, exports, name.c_str(), number(env, value));
  napi_value version;
  napi_create_string_utf8(env, TF_Version(), NAPI_AUTO_LENGTH, &version);
  napi_set_named_property(env, exports, "TF_Version", version);
  return exports;
}

}  // namespace

NAPI_MODULE(NODE_GYP_MODULE_NAME, Init)
