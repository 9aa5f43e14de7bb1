#include "sim/workload/overrides.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "models/common/words.h"

namespace swimsim {

namespace {

/// Positions inside a command-line argument help nobody: the argument itself is the place.
void move_to(YamlNode& node, const std::string& place) {
  node.place = {place, 0, 0};
  for (YamlNode& item : node.items) move_to(item, place);
  for (YamlEntry& entry : node.entries) {
    entry.place = {place, 0, 0};
    move_to(entry.value, place);
  }
}

std::optional<YamlNode> parse_value(const Override& setting, std::vector<Diagnostic>& mistakes) {
  YamlDocument document = parse_yaml(setting.value, setting.place);
  if (document.root.kind == YamlNode::Kind::empty && document.mistakes.size() == 1 && document.mistakes[0].message == kEmptyYaml)
    document.mistakes[0].message = "no value after '='";
  for (const Diagnostic& mistake : document.mistakes) mistakes.push_back({{setting.place, 0, 0}, mistake.message});
  if (!document.mistakes.empty()) return std::nullopt;
  move_to(document.root, setting.place);
  return std::move(document.root);
}

void erase(YamlNode& group, std::string_view key) {
  const auto is_key = [key](const YamlEntry& entry) { return entry.key == key; };
  group.entries.erase(std::remove_if(group.entries.begin(), group.entries.end(), is_key), group.entries.end());
}

YamlEntry& entry_of(YamlNode& group, const std::string& key, const std::string& place) {
  for (YamlEntry& entry : group.entries) {
    if (entry.key == key) return entry;
  }
  YamlEntry entry;
  entry.key = key;
  entry.place = {place, 0, 0};
  entry.value.place = entry.place;
  group.entries.push_back(std::move(entry));
  return group.entries.back();
}

void put(YamlNode& root, const Override& setting, YamlNode value) {
  YamlNode* group = &root;
  const std::vector<std::string> parts = split_path(setting.path);
  for (std::size_t i = 0;; ++i) {
    YamlEntry& entry = entry_of(*group, parts[i], setting.place);
    if (i + 1 == parts.size()) {
      entry.place = {setting.place, 0, 0};
      entry.value = std::move(value);
      return;
    }
    if (entry.value.kind != YamlNode::Kind::mapping) {
      entry.value = YamlNode{};
      entry.value.kind = YamlNode::Kind::mapping;
      entry.value.place = {setting.place, 0, 0};
    }
    group = &entry.value;
  }
}

/// --set network.onnx replaces the file's built-in network, and the other way round.
void make_room_for_network(YamlNode& root, const std::vector<Override>& overrides) {
  for (YamlEntry& entry : root.entries) {
    if (entry.key != "network" || entry.value.kind != YamlNode::Kind::mapping) continue;
    for (const Override& setting : overrides) {
      const char* other = setting.path == "network.onnx" ? "builtin" : setting.path == "network.builtin" ? "onnx" : nullptr;
      if (other == nullptr || entry.value.find(other) == nullptr) continue;
      erase(entry.value, other);
      erase(entry.value, "train");
    }
  }
}

}  // namespace

Override parse_override(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string path(text.substr(0, equals));
  bool valid = equals != std::string_view::npos && !path.empty();
  for (const std::string& part : split_path(path)) valid = valid && !part.empty() && part.find_first_of(" :\t") == std::string::npos;
  if (!valid) throw InputError(fmt::format("--set {}: expected KEY.PATH=VALUE, such as --set selection.images=500", text));
  return {path, std::string(text.substr(equals + 1)), "--set " + path};
}

void apply_overrides(YamlNode& root, const std::vector<Override>& overrides, std::vector<Diagnostic>& mistakes) {
  if (root.kind != YamlNode::Kind::mapping) return;
  make_room_for_network(root, overrides);
  for (const Override& setting : overrides) {
    if (std::optional<YamlNode> value = parse_value(setting, mistakes)) put(root, setting, std::move(*value));
  }
}

}  // namespace swimsim
