#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/network/network.h"

namespace swimsim {

struct BuiltinNetwork {
  std::string name;   ///< "lenet"
  std::string title;  ///< one line for `swimsim list networks`
  Network (*build)(std::uint64_t seed);
};

/// All built-in networks: the registration list.
const std::vector<BuiltinNetwork>& builtin_networks();

/// A built-in network with untrained weights drawn from `seed`. Throws InputError on an unknown name.
Network make_builtin_network(const std::string& name, std::uint64_t seed);

}  // namespace swimsim
