#include "models/network/layers/one_dnn.h"

#include <omp.h>

namespace swimsim {

void hold_one_dnn_to_one_thread() {
  if (omp_get_max_threads() != 1) omp_set_num_threads(1);
}

dnnl::engine& one_dnn_engine() {
  hold_one_dnn_to_one_thread();
  static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

dnnl::stream& one_dnn_stream() {
  hold_one_dnn_to_one_thread();
  thread_local dnnl::stream stream(one_dnn_engine());
  return stream;
}

}  // namespace swimsim
