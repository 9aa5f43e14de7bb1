#include "sim/workload/read_workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "models/common/read_file.h"
#include "models/common/words.h"
#include "models/common/yaml_document.h"
#include "models/device/card_reader.h"
#include "models/device/device.h"
#include "sim/workload/cross_checks.h"
#include "sim/workload/find_file.h"
#include "sim/workload/keys.h"

namespace swimsim {

namespace {

/// "hardware" of "hardware.clock", "" of "seed".
std::string group_of(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string::npos ? "" : path.substr(0, dot);
}

std::string last_of(const std::string& path) { return path.substr(path.rfind('.') + 1); }

std::string join(const std::string& group, const std::string& key) { return group.empty() ? key : group + "." + key; }

/// Reads one tree, collecting mistakes on the way.
class Reader {
 public:
  Reader(const YamlNode& root, const WorkloadText& text, const ReadOptions& options)
      : root_(root), text_(text), options_(options), keys_(workload_keys(options.words)) {
    workload_.source = text.source;
    for (const KeySpec& key : keys_) {
      leaves_.insert(key.path);
      for (std::string group = group_of(key.path); !group.empty(); group = group_of(group)) groups_.insert(group);
    }
  }

  WorkloadOrErrors read() {
    collect(root_, "");
    for (const OptionalSection& section : optional_sections()) {
      if (group_nodes_.count(section.path) > 0) section.open(workload_);
    }
    read_device();
    for (const KeySpec& key : keys_) {
      if (key.path != "device.card") read_key(key);
    }
    resolve_network();
    resolve_dataset();
    resolve_read_after_write();
    resolve_selectors();
    if (workload_.name.empty()) workload_.name = text_.name;
    resolve_trace();
    check_together(workload_, context());
    if (!mistakes_.empty()) return {std::nullopt, std::move(mistakes_)};
    return {std::move(workload_), {}};
  }

 private:
  void complain(const SourcePlace& place, std::string message) { mistakes_.push_back({place, std::move(message)}); }

  /// Sorts the tree's values by path; unknown keys are mistakes.
  void collect(const YamlNode& node, const std::string& group) {
    group_nodes_[group] = &node;
    for (const YamlEntry& entry : node.entries) {
      const std::string path = join(group, entry.key);
      if (leaves_.count(path) > 0) {
        values_[path] = &entry.value;
      } else if (path == "device.set" || groups_.count(path) > 0) {
        collect_group(path, entry);
      } else {
        complain(entry.place, unknown_key(group, entry.key));
      }
    }
  }

  void collect_group(const std::string& path, const YamlEntry& entry) {
    if (entry.value.kind == YamlNode::Kind::mapping) {
      if (path == "device.set")
        group_nodes_[path] = &entry.value;
      else
        collect(entry.value, path);
      return;
    }
    bad_.insert(path);
    if (entry.value.kind == YamlNode::Kind::refused) return;
    complain(entry.value.place, fmt::format("'{}' wants a group of keys, found {}; known: {}", path, describe(entry.value),
                                            path == "device.set" ? "the card's parameters" : joined(children(path))));
  }

  std::vector<std::string> children(const std::string& group) const {
    std::vector<std::string> names;
    for (const std::string& path : known_paths()) {
      if (group_of(path) == group) names.push_back(last_of(path));
    }
    return names;
  }

  std::vector<std::string> known_paths() const {
    std::vector<std::string> paths(groups_.begin(), groups_.end());
    paths.insert(paths.end(), leaves_.begin(), leaves_.end());
    paths.emplace_back("device.set");
    return paths;
  }

  std::string unknown_key(const std::string& group, const std::string& key) const {
    const std::string where = group.empty() ? "" : fmt::format(" in '{}'", group);
    if (nearest_word(key, children(group)).empty()) {
      for (const std::string& path : known_paths()) {
        if (last_of(path) == key && !group_of(path).empty())
          return fmt::format("unknown key '{}'{}; it belongs to '{}': {}", key, where, group_of(path), path);
      }
    }
    std::string hint = suggestion(key, children(group));
    if (key.find_first_not_of("0123456789") == std::string::npos) hint += "; a decimal comma? the decimal mark is '.'";
    return fmt::format("unknown key '{}'{}{}", key, where, hint);
  }

  /// Place of a key's value, or of the nearest group around it that is there.
  SourcePlace place(const std::string& path) const {
    if (const auto value = values_.find(path); value != values_.end()) return value->second->place;
    for (std::string group = path; !group.empty(); group = group_of(group)) {
      if (const auto node = group_nodes_.find(group); node != group_nodes_.end()) return node->second->place;
    }
    return {text_.source, 0, 0};
  }

  bool sound(const std::string& path) const {
    for (std::string group = path; !group.empty(); group = group_of(group)) {
      if (bad_.count(group) > 0) return false;
    }
    return true;
  }

  void read_key(const KeySpec& key) {
    const auto value = values_.find(key.path);
    if (value == values_.end()) {
      if (key.required) missing(key);
      return;
    }
    const std::size_t before = mistakes_.size();
    key.read(workload_, *value->second, [this](const SourcePlace& where, const std::string& message) { complain(where, message); });
    if (mistakes_.size() > before || value->second->kind == YamlNode::Kind::refused) bad_.insert(key.path);
  }

  void missing(const KeySpec& key) {
    bad_.insert(key.path);
    if (!sound(group_of(key.path))) return;
    complain(place(group_of(key.path)),
             fmt::format("key '{}' is missing ({}{}{})", key.path, key.description, key.range.empty() ? "" : "; ", key.range));
  }

  void read_device() {
    for (const KeySpec& key : keys_) {
      if (key.path == "device.card") read_key(key);
    }
    if (!sound("device.card")) return;
    const SourcePlace where = place("device.card");
    if (is_card_path(workload_.card_source)) {
      const FoundFile found = find_file(workload_.card_source, folders(where, options_.model_folder, options_.data_folder));
      if (found.path.empty()) return not_found("device.card", "device card", workload_.card_source, found);
      workload_.card_source = found.path;
    }
    CardOrErrors loaded = load_card(workload_.card_source, "", where);
    if (!loaded.card) {
      bad_.insert("device.card");
      mistakes_.insert(mistakes_.end(), loaded.mistakes.begin(), loaded.mistakes.end());
      return;
    }
    workload_.card = std::move(*loaded.card);
    apply_settings();
  }

  void apply_settings() {
    const auto settings = group_nodes_.find("device.set");
    if (settings == group_nodes_.end()) return;
    for (const YamlEntry& entry : settings->second->entries) {
      const YamlNode& value = entry.value;
      std::optional<Diagnostic> mistake;
      if (value.kind == YamlNode::Kind::scalar) {
        const bool known = workload_.card.find(entry.key) != nullptr;
        mistake = apply_setting(workload_.card, entry.key, value.text, known ? value.place : entry.place);
      } else if (value.kind != YamlNode::Kind::refused) {
        mistake = Diagnostic{value.place, fmt::format("'device.set.{}' wants a value, found {}", entry.key, describe(value))};
      }
      if (!mistake) continue;
      bad_.insert("device.set");
      mistakes_.push_back(std::move(*mistake));
    }
  }

  /// Where files are looked for: what was given on the command line also in the current folder.
  std::vector<std::string> folders(const SourcePlace& where, const std::string& first, const std::string& second) const {
    std::vector<std::string> list;
    if (where.line == 0) list.insert(list.end(), {options_.override_folder, "."});
    list.insert(list.end(), {text_.folder, first, second});
    return list;
  }

  void not_found(const std::string& path, const char* what, const std::string& name, const FoundFile& found) {
    bad_.insert(path);
    const bool unset = options_.model_folder.empty() && path == "network.onnx";
    complain(place(path), fmt::format("there is no {} '{}'; looked for {}{}", what, name, joined(found.tried),
                                      unset ? "; no model folder is known (--models, SWIMSIM_MODELS)" : ""));
  }

  void resolve_network() {
    Workload::Network& network = workload_.network;
    if (!network.builtin.empty() && !network.train) network.train = Workload::Training();
    if (network.train && network.train->learning_rate == 0 && sound("network.train.learning_rate"))
      network.train->learning_rate = network.train->optimizer == "sgd" ? 0.05 : 0.002;
    if (network.onnx.empty() || !sound("network.onnx")) return;
    const FoundFile found = find_file(network.onnx, folders(place("network.onnx"), options_.data_folder, options_.model_folder));
    if (found.path.empty())
      not_found("network.onnx", "ONNX file", network.onnx, found);
    else
      network.onnx = found.path;
  }

  void resolve_dataset() {
    Workload::Dataset& dataset = workload_.dataset;
    const auto resolve = [this](const char* path, std::string& name, FoundFile (*find)(const std::string&, const std::vector<std::string>&),
                                const char* what) {
      if (name.empty() || !sound(path)) return;
      const FoundFile found = find(name, folders(place(path), options_.data_folder, ""));
      if (found.path.empty())
        not_found(path, what, name, found);
      else
        name = found.path;
    };
    resolve("dataset.path", dataset.path, find_folder, "folder");
    resolve("dataset.train_images_file", dataset.train_images_file, find_file, "file");
    resolve("dataset.train_labels_file", dataset.train_labels_file, find_file, "file");
    resolve("dataset.test_images_file", dataset.test_images_file, find_file, "file");
    resolve("dataset.test_labels_file", dataset.test_labels_file, find_file, "file");
  }

  /// Trapped charge hides what a pulse has done to a ferroelectric cell; 10 us later most of it has gone.
  void resolve_read_after_write() {
    const DeviceKernel* kernel = find_kernel(workload_.card.kernel);
    if (workload_.hardware.read_after_write_ps >= 0 || kernel == nullptr || !sound("device.card")) return;
    workload_.hardware.read_after_write_ps = kernel->make(workload_.card, {})->erases() ? 10'000'000 : 0;
  }

  /// An alias becomes the selector that it stands for, once: the next version of the program may know a better one.
  void resolve_selectors() {
    const auto meant = [this](const std::string& word) {
      for (const auto& [alias, selector] : options_.words.selector_aliases) {
        if (word == alias) return selector;
      }
      return word;
    };
    std::vector<std::string> selectors;
    for (const std::string& word : workload_.selection.selectors) {
      if (std::find(selectors.begin(), selectors.end(), meant(word)) == selectors.end()) selectors.push_back(meant(word));
    }
    workload_.selection.selectors = std::move(selectors);
    if (workload_.trace) workload_.trace->selector = meant(workload_.trace->selector);
  }

  void resolve_trace() {
    if (!workload_.trace) return;
    if (workload_.trace->selector.empty() && sound("trace.selector")) {
      const std::string* traceable = first_traceable_selector(workload_, options_.words);
      workload_.trace->selector = traceable != nullptr ? *traceable : workload_.selection.selectors.front();
    }
    const std::vector<double>& fractions = workload_.selection.fractions;
    if (workload_.trace->fraction < 0 && sound("trace.fraction"))
      workload_.trace->fraction = *std::max_element(fractions.begin(), fractions.end());
  }

  CheckContext context() {
    CheckContext context;
    context.sound = [this](const std::string& path) { return sound(path); };
    context.place = [this](const std::string& path) { return place(path); };
    context.complain = [this](const SourcePlace& where, const std::string& message) { complain(where, message); };
    context.words = &options_.words;
    return context;
  }

  const YamlNode& root_;
  const WorkloadText& text_;
  const ReadOptions& options_;
  std::vector<KeySpec> keys_;
  std::set<std::string> leaves_, groups_, bad_;
  std::map<std::string, const YamlNode*> values_, group_nodes_;
  Workload workload_;
  std::vector<Diagnostic> mistakes_;
};

/// In the order of the file; what belongs elsewhere (the command line, a card) comes after it.
void sort_by_place(std::vector<Diagnostic>& mistakes, const std::string& file) {
  std::stable_sort(mistakes.begin(), mistakes.end(), [&file](const Diagnostic& a, const Diagnostic& b) {
    const bool a_elsewhere = a.place.file != file, b_elsewhere = b.place.file != file;
    if (a_elsewhere != b_elsewhere) return b_elsewhere;
    if (a_elsewhere) return false;
    return std::make_pair(a.place.line, a.place.column) < std::make_pair(b.place.line, b.place.column);
  });
}

}  // namespace

WorkloadText find_workload(const std::string& name_or_path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path path(name_or_path);
  const EmbeddedFile* builtin = find_embedded(builtin_workloads(), name_or_path);
  if (!fs::exists(path, error) && builtin != nullptr) return {std::string(builtin->text), name_or_path + " (built in)", name_or_path, "."};
  if (!fs::exists(path, error) && path.extension().empty() && path.parent_path().empty())
    throw InputError(fmt::format("there is no workload '{}': neither a file nor built in{}", name_or_path,
                                 suggestion(name_or_path, embedded_names(builtin_workloads()))));
  const std::string folder = path.parent_path().empty() ? "." : path.parent_path().string();
  return {read_file(name_or_path, kLargestYamlBytes), name_or_path, path.stem().string(), folder};
}

WorkloadOrErrors read_workload(const WorkloadText& text, const ReadOptions& options) {
  return read_workload(parse_yaml(text.text, text.source), text, options);
}

WorkloadOrErrors read_workload(YamlDocument document, const WorkloadText& text, const ReadOptions& options) {
  if (document.root.kind != YamlNode::Kind::mapping) {
    if (document.mistakes.empty())
      document.mistakes.push_back(
          {document.root.place,
           fmt::format("a workload is a group of keys (schema, network, dataset, ...), found {}", describe(document.root))});
    return {std::nullopt, std::move(document.mistakes)};
  }
  apply_overrides(document.root, options.overrides, document.mistakes);
  WorkloadOrErrors result = Reader(document.root, text, options).read();
  result.mistakes.insert(result.mistakes.begin(), document.mistakes.begin(), document.mistakes.end());
  sort_by_place(result.mistakes, text.source);
  if (!result.mistakes.empty()) result.workload.reset();
  return result;
}

}  // namespace swimsim
