#pragma once

#include <string>
#include <vector>

#include "sim/workload/key_spec.h"

namespace swimsim {

inline constexpr const char* kWorkloadSchema = "swimsim-workload/1";

/// A group of keys that may be absent.
struct OptionalSection {
  std::string path;
  std::string description;
  bool (*present)(const Workload&);
  void (*open)(Workload&);
};

/// Every key, in the order of the resolved workload, but `device.set`, whose keys the card decides.
std::vector<KeySpec> workload_keys(const KnownWords& words);
const std::vector<OptionalSection>& optional_sections();

/// The optional section that a key lies in, nullptr if it lies in none.
const OptionalSection* section_of(const std::string& path);

/// A key as the documentation lists it.
struct KeyDescription {
  std::string path, type;
  std::string default_text;  ///< "" if the key is required or has no default
  std::string range, description;
  bool required = false;
};
std::vector<KeyDescription> describe_keys(const KnownWords& words);

}  // namespace swimsim
