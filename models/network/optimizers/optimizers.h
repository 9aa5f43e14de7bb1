#pragma once

#include "models/network/optimizers/optimizer.h"

namespace swimsim {

std::unique_ptr<Optimizer> make_adam(std::size_t parameters, const OptimizerOptions& options);
std::unique_ptr<Optimizer> make_sgd(std::size_t parameters, const OptimizerOptions& options);

}  // namespace swimsim
