#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace swimsim::lanes {

/// Floats on a boundary of 64 bytes, zero at first.
class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(std::size_t count) : data_(new (std::align_val_t{kBoundary}) float[count]), count_(count) { fill(0); }

  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }
  std::size_t size() const { return count_; }
  void fill(float value) { std::fill_n(data_.get(), count_, value); }

 private:
  static constexpr std::size_t kBoundary = 64;
  struct Free {
    void operator()(float* data) const { ::operator delete[](data, std::align_val_t{kBoundary}); }
  };
  std::unique_ptr<float[], Free> data_;
  std::size_t count_ = 0;
};

}  // namespace swimsim::lanes
