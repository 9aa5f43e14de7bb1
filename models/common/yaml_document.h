#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/common/errors.h"

namespace swimsim {

struct YamlEntry;

/// A value of a YAML document with the place where it starts.
struct YamlNode {
  enum class Kind {
    empty,  ///< nothing, `null` or `~`
    scalar,
    sequence,
    mapping,
    refused,  ///< something that was already reported, such as an alias: say nothing more about it
  };
  Kind kind = Kind::empty;
  SourcePlace place;
  std::string text;                ///< of a scalar, exactly as written
  bool quoted = false;             ///< the scalar stood in quotes or a block
  std::vector<YamlNode> items;     ///< of a sequence
  std::vector<YamlEntry> entries;  ///< of a mapping, in the order of the file

  /// Value of a key, nullptr if there is none (or this is not a mapping).
  const YamlNode* find(std::string_view key) const;
};

/// A key with its value.
struct YamlEntry {
  std::string key;
  SourcePlace place;  ///< of the key
  YamlNode value;
};

/// "text", "a list", "a group of keys", "nothing": for messages.
std::string describe(const YamlNode& node);

/// A parsed document and everything that is wrong with it. With mistakes the tree holds what could still be read.
struct YamlDocument {
  YamlNode root;
  std::vector<Diagnostic> mistakes;
};

/// Reads one YAML document strictly. Refused, because yaml-cpp or YAML would read something else than was meant: duplicate keys, anchors,
/// aliases, tags, several documents, keys that are not text, tabs, control characters, invalid UTF-8, nesting deeper than 32, more than 1
/// MiB or 20000 values. Numbers are not interpreted here: see parse_quantity, parse_integer. `file` is the name used in places.
YamlDocument parse_yaml(std::string_view text, const std::string& file);

/// The scalar as YAML text that reads back the same: plain where that is safe, else in double quotes.
std::string yaml_scalar(std::string_view text);

/// What is said of a text that holds nothing.
inline constexpr std::string_view kEmptyYaml = "the file is empty";

inline constexpr std::size_t kLargestYamlBytes = std::size_t{1} << 20;

}  // namespace swimsim
