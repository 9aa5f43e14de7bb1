#pragma once

#include "models/network/network.h"

namespace swimsim {

/// What carries a network's arithmetic: images in the lanes of the vector registers (models/network/lanes), or batches through oneDNN.
/// Results of the two agree to rounding, those of one engine are the same bytes always.
enum class Engine { automatic, lanes, batches };

/// Decides by the network alone: lanes for a small chain of the layers that they know (lanes/plan.h says which), batches for all others.
/// `wanted` other than automatic forces one of them; a logic error if the network does not suit it.
Engine engine_for(const Network& network, Engine wanted = Engine::automatic);

}  // namespace swimsim
