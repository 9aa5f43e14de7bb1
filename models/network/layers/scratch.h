#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace swimsim {

/// Memory that the operators of one runner share, one at a time: what it holds is lost when the next operator takes it.
class Scratch {
 public:
  float* take(std::int64_t count) {
    if (buffer_.size() < static_cast<std::size_t>(count)) buffer_.resize(static_cast<std::size_t>(count));
    return buffer_.data();
  }

 private:
  std::vector<float> buffer_;
};

}  // namespace swimsim
