#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace swimsim {

struct OptimizerOptions {
  double momentum = 0.9;    ///< of sgd
  double weight_decay = 0;  ///< sgd: added to the gradient (L2); adam: apart from it (Loshchilov and Hutter, 2019)
};

/// Makes steps of gradients for one parameter tensor.
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  /// Step number `step` counts from 1.
  virtual void step(std::int64_t step, double learning_rate, const std::vector<float>& gradient, std::vector<float>& parameters) = 0;
  /// What it remembers from step to step, for checkpoints.
  virtual std::vector<std::vector<float>*> memory() = 0;
};

struct OptimizerKind {
  const char* name;  ///< "adam"
  std::unique_ptr<Optimizer> (*make)(std::size_t parameters, const OptimizerOptions& options);
};

/// All optimizers: the registration list.
const std::vector<OptimizerKind>& optimizer_kinds();

/// Throws InputError on an unknown name.
const OptimizerKind& find_optimizer(const std::string& name);

}  // namespace swimsim
