#include "models/device/card_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "models/common/read_file.h"
#include "models/common/units.h"
#include "models/common/words.h"
#include "models/common/yaml_document.h"

namespace swimsim {

namespace {

constexpr std::string_view kCardSchema = "swimsim-card/1";

const std::vector<std::string>& provenance_kinds() {
  static const std::vector<std::string> kinds{"measured", "fitted", "derived", "recalled", "illustrative"};
  return kinds;
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

const DeviceKernel* kernel_named(const std::vector<DeviceKernel>& kernels, std::string_view name) {
  for (const DeviceKernel& kernel : kernels) {
    if (kernel.name == name) return &kernel;
  }
  return nullptr;
}

const ParameterSpec* spec_named(const DeviceKernel& kernel, std::string_view name) {
  for (const ParameterSpec& spec : kernel.parameters) {
    if (spec.name == name) return &spec;
  }
  return nullptr;
}

std::vector<std::string> parameter_names(const DeviceKernel& kernel) {
  std::vector<std::string> names;
  for (const ParameterSpec& spec : kernel.parameters) names.push_back(spec.name);
  return names;
}

struct ValueOrError {
  std::variant<double, std::string> value;
  std::string error;
};

ValueOrError parse_value(const ParameterSpec& spec, std::string_view text) {
  if (!spec.words.empty()) {
    if (!contains(spec.words, text))
      return {{}, fmt::format("'{}' is not one of {}{}", text, joined(spec.words), [&] {
                const std::string near = nearest_word(text, spec.words);
                return near.empty() ? std::string() : "; did you mean '" + near + "'?";
              }())};
    return {std::string(text), {}};
  }
  const QuantityOrError quantity = parse_quantity(text, spec.dimension);
  if (!quantity.value_SI) return {{}, quantity.error};
  if (*quantity.value_SI < spec.minimum || *quantity.value_SI > spec.maximum)
    return {{}, fmt::format("{} is out of range; expected {}", text, describe_range(spec))};
  return {*quantity.value_SI, {}};
}

/// Reads one card, collecting mistakes on the way.
class CardReader {
 public:
  CardReader(const YamlNode& root, const std::vector<DeviceKernel>& kernels) : root_(root), kernels_(kernels) {}

  CardOrErrors read() {
    if (root_.kind != YamlNode::Kind::mapping) {
      complain(root_.place, fmt::format("a card is a group of keys (schema, name, kernel, ...), found {}", describe(root_)));
      return {std::nullopt, std::move(mistakes_)};
    }
    check_keys(root_, {"schema", "name", "kernel", "title", "parameters"});
    const std::string schema = word("schema");
    if (!schema.empty() && schema != kCardSchema)
      complain(root_.find("schema")->place, fmt::format("schema '{}' is not known; expected {}", schema, kCardSchema));
    card_.name = word("name");
    card_.title = word("title");
    card_.kernel = word("kernel");
    if (!card_.kernel.empty()) read_parameters();
    if (!mistakes_.empty()) return {std::nullopt, std::move(mistakes_)};
    return {std::move(card_), {}};
  }

 private:
  void complain(const SourcePlace& place, std::string message) { mistakes_.push_back({place, std::move(message)}); }

  void check_keys(const YamlNode& group, const std::vector<std::string>& known) {
    for (const YamlEntry& entry : group.entries) {
      if (!contains(known, entry.key)) complain(entry.place, fmt::format("unknown key '{}'{}", entry.key, suggestion(entry.key, known)));
    }
  }

  /// A required text key of the root; "" if it is wrong.
  std::string word(const char* key) {
    const YamlNode* node = root_.find(key);
    if (node == nullptr) {
      complain({root_.place.file, 0, 0}, fmt::format("key '{}' is missing", key));
      return {};
    }
    if (node->kind == YamlNode::Kind::scalar && !node->text.empty()) return node->text;
    if (node->kind != YamlNode::Kind::refused) complain(node->place, fmt::format("'{}' wants a text, found {}", key, describe(*node)));
    return {};
  }

  void read_parameters() {
    const DeviceKernel* kernel = kernel_named(kernels_, card_.kernel);
    if (kernel == nullptr) {
      std::vector<std::string> names;
      for (const DeviceKernel& known : kernels_) names.emplace_back(known.name);
      complain(root_.find("kernel")->place, fmt::format("unknown device kernel '{}'{}", card_.kernel, suggestion(card_.kernel, names)));
      return;
    }
    const YamlNode* group = root_.find("parameters");
    if (group == nullptr || group->kind != YamlNode::Kind::mapping) {
      const SourcePlace place = group == nullptr ? SourcePlace{root_.place.file, 0, 0} : group->place;
      if (group == nullptr || group->kind != YamlNode::Kind::refused)
        complain(place, "key 'parameters' must hold the group of the card's parameters");
      return;
    }
    const std::vector<std::string> names = parameter_names(*kernel);
    for (const YamlEntry& entry : group->entries) {
      if (contains(names, entry.key)) continue;
      complain(entry.place, fmt::format("kernel '{}' has no parameter '{}'{}", kernel->name, entry.key, suggestion(entry.key, names)));
    }
    for (const ParameterSpec& spec : kernel->parameters) {
      const YamlNode* node = group->find(spec.name);
      if (node == nullptr)
        complain(group->place, fmt::format("parameter '{}' is missing ({}; {})", spec.name, spec.description, describe_range(spec)));
      else
        read_parameter(spec, *node);
    }
  }

  void read_parameter(const ParameterSpec& spec, const YamlNode& node) {
    if (node.kind == YamlNode::Kind::refused) return;
    if (node.kind != YamlNode::Kind::mapping) {
      complain(node.place, fmt::format("parameter '{}' wants {{value: ..., kind: ..., source: ...}}, found {}", spec.name, describe(node)));
      return;
    }
    check_keys(node, {"value", "kind", "source", "description"});
    CardParameter parameter;
    parameter.name = spec.name;
    parameter.unit = spec.words.empty() ? std::string(si_unit(spec.dimension)) : "";
    parameter.kind = member(spec, node, "kind");
    parameter.source = member(spec, node, "source");
    parameter.description = node.find("description") == nullptr ? spec.description : member(spec, node, "description");
    if (!parameter.kind.empty() && !contains(provenance_kinds(), parameter.kind)) {
      complain(node.find("kind")->place, fmt::format("'{}' is not one of {}", parameter.kind, joined(provenance_kinds())));
    }
    const std::string text = member(spec, node, "value");
    if (text.empty()) return;
    ValueOrError value = parse_value(spec, text);
    if (!value.error.empty()) complain(node.find("value")->place, fmt::format("{}: {}", spec.name, value.error));
    parameter.value = std::move(value.value);
    card_.parameters.push_back(std::move(parameter));
  }

  std::string member(const ParameterSpec& spec, const YamlNode& node, const char* key) {
    const YamlNode* value = node.find(key);
    if (value != nullptr && value->kind == YamlNode::Kind::scalar && !value->text.empty()) return value->text;
    if (value == nullptr)
      complain(node.place, fmt::format("parameter '{}' lacks '{}'", spec.name, key));
    else if (value->kind != YamlNode::Kind::refused)
      complain(value->place, fmt::format("'{}' of '{}' wants a text, found {}", key, spec.name, describe(*value)));
    return {};
  }

  const YamlNode& root_;
  const std::vector<DeviceKernel>& kernels_;
  Card card_;
  std::vector<Diagnostic> mistakes_;
};

}  // namespace

CardOrErrors read_card(std::string_view text, const std::string& file, const std::vector<DeviceKernel>& kernels) {
  YamlDocument document = parse_yaml(text, file);
  if (document.root.kind == YamlNode::Kind::empty && !document.mistakes.empty()) return {std::nullopt, std::move(document.mistakes)};
  CardOrErrors result = CardReader(document.root, kernels).read();
  result.mistakes.insert(result.mistakes.begin(), document.mistakes.begin(), document.mistakes.end());
  if (!result.mistakes.empty()) result.card.reset();
  return result;
}

std::optional<Diagnostic> apply_setting(Card& card, std::string_view name, std::string_view text, const SourcePlace& place,
                                        const std::vector<DeviceKernel>& kernels) {
  const DeviceKernel* kernel = kernel_named(kernels, card.kernel);
  const ParameterSpec* spec = kernel == nullptr ? nullptr : spec_named(*kernel, name);
  CardParameter* parameter = card.find(name);
  if (spec == nullptr || parameter == nullptr) {
    std::vector<std::string> names;
    for (const CardParameter& known : card.parameters) names.push_back(known.name);
    return Diagnostic{place, fmt::format("card '{}' has no parameter '{}'{}", card.name, name, suggestion(name, names))};
  }
  ValueOrError value = parse_value(*spec, text);
  if (!value.error.empty()) return Diagnostic{place, fmt::format("{}: {}", name, value.error)};
  if (value.value == parameter->value) return std::nullopt;
  parameter->value = std::move(value.value);
  parameter->kind = "illustrative";
  parameter->source = "set by the workload";
  return std::nullopt;
}

std::string format_parameter(const CardParameter& parameter, const ParameterSpec& spec) {
  if (const auto* word = std::get_if<std::string>(&parameter.value)) return *word;
  return format_quantity(std::get<double>(parameter.value), spec.dimension);
}

std::string describe_range(const ParameterSpec& spec) {
  if (!spec.words.empty()) return "one of " + joined(spec.words);
  return fmt::format("{} to {}", format_quantity(spec.minimum, spec.dimension), format_quantity(spec.maximum, spec.dimension));
}

bool is_card_path(const std::string& name_or_path) {
  const std::string extension = std::filesystem::path(name_or_path).extension();
  return name_or_path.find('/') != std::string::npos || extension == ".yaml" || extension == ".yml";
}

CardOrErrors load_card(const std::string& name_or_path, const std::string& base_folder, const SourcePlace& place) {
  if (!is_card_path(name_or_path)) {
    if (const EmbeddedFile* card = find_embedded(builtin_cards(), name_or_path)) return read_card(card->text, name_or_path + " (built in)");
    const std::string message = fmt::format("unknown device card '{}'{}; your own card is given as a path ending in .yaml", name_or_path,
                                            suggestion(name_or_path, embedded_names(builtin_cards())));
    return {std::nullopt, {{place, message}}};
  }
  const std::string path = (std::filesystem::path(base_folder) / name_or_path).string();
  try {
    return read_card(read_file(path, kLargestYamlBytes), path);
  } catch (const InputError& error) {
    return {std::nullopt, {{place, fmt::format("device card {}", error.what())}}};
  }
}

}  // namespace swimsim
