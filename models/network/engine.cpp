#include "models/network/engine.h"

#include <stdexcept>

#include "models/network/lanes/plan.h"

namespace swimsim {

Engine engine_for(const Network& network, Engine wanted) {
  if (wanted == Engine::batches) return wanted;
  const bool suits = lanes::plan_for(network).has_value();
  if (wanted == Engine::lanes && !suits) throw std::logic_error("the network does not suit the lanes");
  return suits ? Engine::lanes : Engine::batches;
}

}  // namespace swimsim
