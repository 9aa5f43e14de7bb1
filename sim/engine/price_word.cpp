#include "sim/engine/price_word.h"

#include "models/selection/selector.h"

namespace swimsim {

std::string_view price_word(std::string_view selector) {
  const SelectorKind* kind = find_selector(selector);
  return kind != nullptr && kind->loosens ? "looseness" : "price";
}

}  // namespace swimsim
