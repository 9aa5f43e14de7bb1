#pragma once

#include <optional>

#include "models/network/layers/one_dnn.h"

namespace swimsim {

/// Scratch memory is our own: the library's belongs to the thread that built the primitive, and ours may run on another.
inline dnnl::primitive_attr own_scratch() {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

/// One operand of a primitive: the caller's plain buffer, and the primitive's own layout of it where that differs.
class Operand {
 public:
  Operand() = default;
  Operand(const dnnl::memory::desc& plain, const dnnl::memory::desc& wanted) {
    plain_ = dnnl::memory(plain, one_dnn_engine(), nullptr);
    if (plain == wanted) return;
    own_ = dnnl::memory(wanted, one_dnn_engine());
    const dnnl::reorder::primitive_desc in(one_dnn_engine(), plain, one_dnn_engine(), wanted, own_scratch());
    const dnnl::reorder::primitive_desc out(one_dnn_engine(), wanted, one_dnn_engine(), plain, own_scratch());
    in_.emplace(in);
    out_.emplace(out);
    in_scratch_ = dnnl::memory(in.scratchpad_desc(), one_dnn_engine());
    out_scratch_ = dnnl::memory(out.scratchpad_desc(), one_dnn_engine());
  }

  dnnl::memory& load(const float* buffer) {
    dnnl::memory& target = aim(const_cast<float*>(buffer));
    if (in_) in_->execute(one_dnn_stream(), {{DNNL_ARG_FROM, plain_}, {DNNL_ARG_TO, own_}, {DNNL_ARG_SCRATCHPAD, in_scratch_}});
    return target;
  }
  /// The memory that the primitive shall write for `buffer`; `store` then brings it there.
  dnnl::memory& aim(float* buffer) {
    plain_.set_data_handle(buffer);
    return in_ ? own_ : plain_;
  }
  void store() {
    if (out_) out_->execute(one_dnn_stream(), {{DNNL_ARG_FROM, own_}, {DNNL_ARG_TO, plain_}, {DNNL_ARG_SCRATCHPAD, out_scratch_}});
  }
  dnnl::memory& loaded() { return in_ ? own_ : plain_; }

 private:
  dnnl::memory plain_, own_, in_scratch_, out_scratch_;
  std::optional<dnnl::reorder> in_, out_;
};

}  // namespace swimsim
