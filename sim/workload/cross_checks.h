#pragma once

#include <functional>
#include <string>

#include "sim/workload/key_spec.h"
#include "sim/workload/known_words.h"
#include "sim/workload/workload.h"

namespace swimsim {

/// What the checks of several keys need to know about the reading.
struct CheckContext {
  std::function<bool(const std::string& path)> sound;         ///< the key was read without a mistake, or left to its default
  std::function<SourcePlace(const std::string& path)> place;  ///< of a key's value, or the nearest group that is there
  Complain complain;
  const KnownWords* words = nullptr;
};

/// Checks what must fit together. A check whose keys are not all sound is left out.
void check_together(const Workload& workload, const CheckContext& context);

}  // namespace swimsim
