#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/common/units.h"
#include "models/common/yaml_document.h"
#include "sim/workload/known_words.h"
#include "sim/workload/workload.h"

namespace swimsim {

/// Takes a mistake and the place it was made at.
using Complain = std::function<void(const SourcePlace& place, const std::string& message)>;

/// One key of a workload descriptor: everything the program knows about it. The one table of these (keys.cpp) validates, prints the
/// resolved workload, feeds the suggestions and describes the keys for the documentation.
struct KeySpec {
  std::string path;   ///< "hardware.clock"
  std::string type;   ///< "whole number", "time", ...
  std::string range;  ///< "1 to 8", "one of cycle, batched"; "" if anything goes
  std::string description;
  bool required = false;
  /// Reads the value into the workload, or complains and leaves it alone.
  std::function<void(Workload&, const YamlNode&, const Complain&)> read;
  /// The value as YAML text.
  std::function<std::string(const Workload&)> print;
};

template <typename T>
using Member = T& (*)(Workload&);

// The kinds of keys. Ranges are inclusive.
KeySpec integer_key(std::string path, Member<int> member, int minimum, int maximum, std::string description);
KeySpec seed_key(std::string path, Member<std::uint64_t> member, std::string description);
KeySpec number_key(std::string path, Member<double> member, double minimum, double maximum, std::string description);
/// May also be written in percent.
KeySpec fraction_key(std::string path, Member<double> member, double minimum, double maximum, std::string description);
KeySpec quantity_key(std::string path, Member<double> member, Dimension dimension, double minimum, double maximum, std::string description);
/// May also be written in cycles of hardware.clock, which stands earlier in the table.
KeySpec time_key(std::string path, Member<std::int64_t> member, std::int64_t minimum_ps, std::int64_t maximum_ps, std::string description);
KeySpec clock_key(std::string path, Member<std::int64_t> member, std::int64_t minimum_ps, std::int64_t maximum_ps, std::string description);
KeySpec boolean_key(std::string path, Member<bool> member, std::string description);
KeySpec text_key(std::string path, Member<std::string> member, std::string description);
KeySpec word_key(std::string path, Member<std::string> member, const std::vector<std::string>& words, std::string description);
KeySpec word_list_key(std::string path, Member<std::vector<std::string>> member, const std::vector<std::string>& words,
                      std::string description);
enum class ListOrder { any, ascending };
KeySpec number_list_key(std::string path, Member<std::vector<double>> member, double minimum, double maximum, ListOrder order,
                        std::string description);
/// The word `card` (an empty list: what the device's card says), one quantity, or a list of several.
KeySpec card_or_quantities_key(std::string path, Member<std::vector<double>> member, Dimension dimension, double minimum, double maximum,
                               std::string description);
/// "0..15", or one index.
KeySpec index_range_key(std::string path, Member<int> first, Member<int> last, int maximum, std::string description);

/// The text of a scalar, or nothing after having complained.
std::optional<std::string> scalar_text(const KeySpec& spec, const YamlNode& node, const Complain& complain);

}  // namespace swimsim
