#include "models/network/layers/one_dnn.h"

#include <omp.h>

namespace swimsim {

void hold_one_dnn_to_one_thread() {
  if (omp_get_max_threads() != 1) omp_set_num_threads(1);
}

namespace {

/// oneDNN picks its kernels when it runs; held to what this binary was compiled for, so that the instruction set which the manifest
/// names is the one that decides the bits, whatever the processor or DNNL_MAX_CPU_ISA offers.
void hold_one_dnn_to_this_binary() {
#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512DQ__)
  dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx512_core);
#elif defined(__AVX2__)
  dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx2);
#elif defined(__x86_64__)
  dnnl::set_max_cpu_isa(dnnl::cpu_isa::sse41);
#endif
}

}  // namespace

dnnl::engine& one_dnn_engine() {
  hold_one_dnn_to_one_thread();
  static const bool held = (hold_one_dnn_to_this_binary(), true);
  static_cast<void>(held);
  static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

dnnl::stream& one_dnn_stream() {
  hold_one_dnn_to_one_thread();
  thread_local dnnl::stream stream(one_dnn_engine());
  return stream;
}

}  // namespace swimsim
