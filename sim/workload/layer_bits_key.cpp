#include "sim/workload/layer_bits_key.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "models/common/words.h"

namespace swimsim {

namespace {

using LayerBits = Workload::LayerBits;

struct BitsKey {
  const char* name;
  std::optional<int> LayerBits::Entry::*member;
  int minimum;
};
constexpr int kMostBits = 16;
constexpr BitsKey kBitsKeys[] = {{"weight_bits", &LayerBits::Entry::weight_bits, 1},
                                 {"activation_bits", &LayerBits::Entry::activation_bits, 0}};

const BitsKey* find_bits_key(const std::string& name) {
  for (const BitsKey& key : kBitsKeys) {
    if (name == key.name) return &key;
  }
  return nullptr;
}

std::optional<int> read_bits(const std::string& path, const BitsKey& key, const YamlNode& node, const Complain& complain) {
  if (node.kind == YamlNode::Kind::refused) return std::nullopt;
  const std::string wanted = fmt::format("'{}.{}' wants a whole number, {} to {}", path, key.name, key.minimum, kMostBits);
  if (node.kind != YamlNode::Kind::scalar || node.quoted) {
    complain(node.place, fmt::format("{}, found {}", wanted, describe(node)));
    return std::nullopt;
  }
  const IntegerOrError number = parse_integer(node.text);
  if (!number.value || *number.value < key.minimum || *number.value > kMostBits) {
    complain(node.place, fmt::format("{}, found {}", wanted, node.text));
    return std::nullopt;
  }
  return static_cast<int>(*number.value);
}

std::optional<LayerBits::Entry> read_entry(const std::string& path, const YamlNode& node, const Complain& complain) {
  if (node.kind != YamlNode::Kind::mapping) {
    if (node.kind != YamlNode::Kind::refused)
      complain(node.place,
               fmt::format("'{}' wants a group such as {{weight_bits: 6, activation_bits: 8}}, found {}", path, describe(node)));
    return std::nullopt;
  }
  LayerBits::Entry entry;
  entry.place = node.place;
  bool sound = true;
  for (const YamlEntry& bits : node.entries) {
    const BitsKey* key = find_bits_key(bits.key);
    if (key == nullptr) {
      complain(bits.place,
               fmt::format("unknown key '{}' in '{}'{}", bits.key, path, suggestion(bits.key, {"weight_bits", "activation_bits"})));
      sound = false;
      continue;
    }
    const std::optional<int> number = read_bits(path, *key, bits.value, complain);
    entry.*key->member = number;
    sound = sound && number.has_value();
  }
  if (!sound) return std::nullopt;
  return entry;
}

/// Nothing after a complaint.
std::optional<LayerBits> read_layers(const std::string& path, const YamlNode& node, const Complain& complain) {
  LayerBits layers;
  std::size_t wanted = 0;
  if (node.kind == YamlNode::Kind::mapping) {
    wanted = node.entries.size();
    for (const YamlEntry& layer : node.entries) {
      std::optional<LayerBits::Entry> entry = read_entry(path + "." + layer.key, layer.value, complain);
      if (!entry) continue;
      entry->layer = layer.key;
      entry->place = layer.place;
      layers.entries.push_back(std::move(*entry));
    }
  } else if (node.kind == YamlNode::Kind::sequence) {
    wanted = node.items.size();
    layers.by_order = wanted > 0;
    for (const YamlNode& item : node.items) {
      if (std::optional<LayerBits::Entry> entry = read_entry(path, item, complain)) layers.entries.push_back(std::move(*entry));
    }
  } else {
    if (node.kind != YamlNode::Kind::refused)
      complain(node.place, fmt::format("'{}' wants a group of layers or a list of groups, found {}", path, describe(node)));
    return std::nullopt;
  }
  if (layers.entries.size() != wanted) return std::nullopt;
  return layers;
}

std::string print_entry(const LayerBits::Entry& entry) {
  std::string text;
  for (const BitsKey& key : kBitsKeys) {
    const std::optional<int>& bits = entry.*key.member;
    if (bits) text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", key.name, *bits);
  }
  return "{" + text + "}";
}

std::string print_layers(const LayerBits& layers) {
  std::string text;
  for (const LayerBits::Entry& entry : layers.entries) {
    if (!text.empty()) text += ", ";
    if (!layers.by_order) text += yaml_scalar(entry.layer) + ": ";
    text += print_entry(entry);
  }
  return layers.by_order ? "[" + text + "]" : "{" + text + "}";
}

}  // namespace

KeySpec layer_bits_key(std::string path, Member<Workload::LayerBits> member, std::string description) {
  KeySpec spec;
  spec.type = "group of layers, or list";
  spec.range = fmt::format("weight_bits 1 to {0}, activation_bits 0 to {0}", kMostBits);
  spec.description = std::move(description);
  spec.read = [path, member](Workload& workload, const YamlNode& node, const Complain& complain) {
    if (std::optional<LayerBits> layers = read_layers(path, node, complain)) member(workload) = std::move(*layers);
  };
  spec.print = [member](const Workload& workload) { return print_layers(member(const_cast<Workload&>(workload))); };
  spec.path = std::move(path);
  return spec;
}

}  // namespace swimsim
