#pragma once

#include <string>
#include <string_view>

namespace swimsim {

/// The state of long work in a file that is written anew from time to time and is whole at every moment.
class Checkpoint {
 public:
  /// `key` names what the state belongs to: build, network, options, data. An empty path switches the checkpoint off.
  Checkpoint(std::string path, std::string key) : path_(std::move(path)), key_(std::move(key)) {}

  enum class Found {
    nothing,
    state,    ///< of this key
    another,  ///< a sound state of another key
    damaged,
  };
  /// Fills `state` if there is one of this key.
  Found load(std::string& state) const;

  /// Throws ResourceError.
  void store(std::string_view state) const;
  void remove() const;

  const std::string& path() const { return path_; }

 private:
  std::string path_, key_;
};

}  // namespace swimsim
