#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/common/errors.h"
#include "models/common/yaml_document.h"

namespace swimsim {

/// A key that the command line sets, over what the file says.
struct Override {
  std::string path;   ///< "selection.images"
  std::string value;  ///< YAML: "2000", "10 ns", "[swim, random]"
  std::string place;  ///< how the user wrote it, for messages: "--set selection.images"
};

/// Takes "a.b=value" apart. Throws InputError if it is not of that form.
Override parse_override(std::string_view text);

/// Puts the overrides into a workload's tree; of several for one key the last holds. Giving one of network.onnx and network.builtin takes
/// the other out of the file's part, with the file's network.train.
void apply_overrides(YamlNode& root, const std::vector<Override>& overrides, std::vector<Diagnostic>& mistakes);

}  // namespace swimsim
