// What memproof's own addon exports, over the books of the stub.
#include <dlfcn.h>
#include <node_api.h>

#include <cstring>

namespace {

template <typename Function>
Function* found(const char* name) {
  void* library = dlopen("libtensorflow_cc.so.2", RTLD_NOW | RTLD_NOLOAD);
  return library ? reinterpret_cast<Function*>(dlsym(library, name)) : nullptr;
}

napi_value text(napi_env env, const char* value) {
  napi_value result;
  napi_create_string_utf8(env, value, NAPI_AUTO_LENGTH, &result);
  return result;
}

napi_value devices(napi_env env, napi_callback_info) {
  napi_value list, device, stats, inUse;
  napi_create_array(env, &list);
  napi_create_object(env, &device);
  napi_create_object(env, &stats);
  napi_create_int64(env, found<long()>("stubInUse")(), &inUse);
  napi_set_named_property(env, stats, "bytesInUse", inUse);
  napi_set_named_property(env, device, "name", text(env, "/device:GPU:0"));
  napi_set_named_property(env, device, "type", text(env, "GPU"));
  napi_set_named_property(env, device, "allocator", text(env, found<const char*()>("stubAllocator")()));
  napi_set_named_property(env, device, "stats", stats);
  napi_set_element(env, list, 0, device);
  return list;
}

napi_value contexts(napi_env env, napi_callback_info) {
  napi_value one;
  napi_create_int32(env, 1, &one);
  return one;
}

napi_value configError(napi_env env, napi_callback_info) { return text(env, ""); }

napi_value Init(napi_env env, napi_value exports) {
  const struct {
    const char* name;
    napi_callback callback;
  } functions[] = {{"devices", devices}, {"contexts", contexts}, {"configError", configError}};
  for (const auto& [name, callback] : functions) {
    napi_value function;
    napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
    napi_set_named_property(env, exports, name, function);
  }
  napi_set_named_property(env, exports, "compiledFor", text(env, "2.18.1"));
  return exports;
}

}  // namespace

NAPI_MODULE(NODE_GYP_MODULE_NAME, Init)
