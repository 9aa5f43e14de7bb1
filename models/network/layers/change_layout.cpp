#include "models/network/layers/change_layout.h"

#include <stdexcept>

namespace swimsim {

namespace {

class LayoutChange final : public LayerOperator {
 public:
  LayoutChange(std::int64_t batch, const Shape& shape, bool to_blocked)
      : block_count_(batch * shape.channels / kChannelBlock), places_(shape.height * shape.width), to_blocked_(to_blocked) {}

  void forward(const std::vector<const float*>& inputs, float* output) override { move(inputs[0], output, to_blocked_); }
  void backward(const BackwardBuffers& buffers) override {
    if (buffers.diff_inputs[0] != nullptr) move(buffers.diff_output, buffers.diff_inputs[0], !to_blocked_);
  }

 private:
  void move(const float* from, float* to, bool to_blocked) const {
    for (std::int64_t block = 0; block < block_count_; ++block) {
      const float* source = from + block * places_ * kChannelBlock;
      float* target = to + block * places_ * kChannelBlock;
      for (int lane = 0; lane < kChannelBlock; ++lane) {
        for (std::int64_t place = 0; place < places_; ++place) {
          const std::int64_t plain = lane * places_ + place, blocked = place * kChannelBlock + lane;
          target[to_blocked ? blocked : plain] = source[to_blocked ? plain : blocked];
        }
      }
    }
  }

  std::int64_t block_count_, places_;
  bool to_blocked_;
};

}  // namespace

std::unique_ptr<LayerOperator> make_layout_change(std::int64_t batch, const Shape& shape, Layout from, Layout to) {
  if (from == to || shape.channels % kChannelBlock != 0) throw std::logic_error("no such change of layout");
  return std::make_unique<LayoutChange>(batch, shape, to == Layout::blocked);
}

}  // namespace swimsim
