#pragma once

#include <cstdint>
#include <string>

namespace swimsim {

/// Who is told how long work is going. Looking must not touch: nothing here feeds back into a result.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void begin(const std::string& step, std::int64_t total) = 0;        ///< total in the step's own units
  virtual void advance(std::int64_t done, const std::string& note = {}) = 0;  ///< done so far; note such as "loss 0.12, accuracy 97.1 %"
  virtual void end() = 0;
  /// So much more of the step was done by an earlier run, or need not be done: it says nothing about how fast this one is.
  virtual void already_done(std::int64_t /*done*/) {}
};

/// Says nothing.
class SilentProgress final : public Progress {
 public:
  void begin(const std::string&, std::int64_t) override {}
  void advance(std::int64_t, const std::string&) override {}
  void end() override {}
};

}  // namespace swimsim
