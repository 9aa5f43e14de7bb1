#include "sim/study/study_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/common/units.h"
#include "models/common/words.h"
#include "sim/study/stop_rule.h"
#include "sim/workload/keys.h"

namespace swimsim {

namespace {

/// The key's way of saying what it is, for keys that a study must leave alone; "" for all others.
std::string kept_by_study(const std::string& key) {
  if (key == "evaluate.trials") return "how many trials a point gets stands under 'trials'";
  if (key == "name") return "points are named by what they set";
  if (key == "schema") return "it belongs to the workload itself";
  return {};
}

class StudyReader {
 public:
  StudyReader(const YamlNode& root, const WorkloadText& text, const KnownWords& words, std::vector<Diagnostic>& mistakes)
      : root_(root), text_(text), mistakes_(mistakes) {
    for (const KeyDescription& key : describe_keys(words)) keys_.push_back(key.path);
  }

  StudyFile read() {
    file_.name = text_.name;
    known_keys(root_, "", {"schema", "name", "workload", "set", "grid", "points", "trials", "until"});
    read_schema();
    read_name();
    read_workload_node();
    if (const YamlNode* node = group(root_, "set")) file_.set = settings(*node, "set");
    read_grid();
    read_points();
    read_trials();
    read_until();
    check_keys_once();
    return std::move(file_);
  }

 private:
  void complain(const SourcePlace& place, std::string message) { mistakes_.push_back({place, std::move(message)}); }

  void known_keys(const YamlNode& node, const std::string& where, const std::vector<std::string>& known) {
    for (const YamlEntry& entry : node.entries) {
      if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
      complain(entry.place, fmt::format("unknown key '{}'{}{}", entry.key, where.empty() ? "" : fmt::format(" in '{}'", where),
                                        suggestion(entry.key, known)));
    }
  }

  /// The group of that name, or nothing, after having complained if something else stands there.
  const YamlNode* group(const YamlNode& parent, const std::string& key) {
    const YamlNode* node = parent.find(key);
    if (node == nullptr || node->kind == YamlNode::Kind::refused) return nullptr;
    if (node->kind == YamlNode::Kind::mapping) return node;
    complain(node->place, fmt::format("'{}' wants a group of keys, found {}", key, describe(*node)));
    return nullptr;
  }

  const YamlNode* list(const YamlNode& node, const std::string& path) {
    if (node.kind == YamlNode::Kind::refused) return nullptr;
    if (node.kind == YamlNode::Kind::sequence && !node.items.empty()) return &node;
    complain(node.place,
             fmt::format("'{}' wants a list, found {}{}", path, node.kind == YamlNode::Kind::sequence ? "an empty one" : describe(node),
                         node.kind == YamlNode::Kind::scalar ? fmt::format("; write [{}]", node.text) : ""));
    return nullptr;
  }

  std::optional<std::string> text(const YamlNode& node, const std::string& path) {
    if (node.kind == YamlNode::Kind::scalar && !node.text.empty()) return node.text;
    if (node.kind != YamlNode::Kind::refused) complain(node.place, fmt::format("'{}' wants a text, found {}", path, describe(node)));
    return std::nullopt;
  }

  std::optional<int> integer(const YamlNode& node, const std::string& path, int minimum, int maximum) {
    const std::optional<std::string> written = text(node, path);
    if (!written) return std::nullopt;
    const IntegerOrError parsed = parse_integer(*written);
    if (!parsed.value)
      complain(node.place, fmt::format("{}: {}", path, parsed.error));
    else if (*parsed.value < minimum || *parsed.value > maximum)
      complain(node.place, fmt::format("{} is out of range for '{}'; expected {} to {}", node.text, path, minimum, maximum));
    else
      return static_cast<int>(*parsed.value);
    return std::nullopt;
  }

  std::optional<double> number(const YamlNode& node, const std::string& path, double minimum, double maximum) {
    const std::optional<std::string> written = text(node, path);
    if (!written) return std::nullopt;
    const QuantityOrError parsed = parse_quantity(*written, Dimension::fraction);
    if (!parsed.value_SI)
      complain(node.place, fmt::format("{}: {}", path, parsed.error));
    else if (*parsed.value_SI < minimum || *parsed.value_SI > maximum)
      complain(node.place, fmt::format("{} is out of range for '{}'; expected {} to {}", node.text, path, minimum, maximum));
    else
      return *parsed.value_SI;
    return std::nullopt;
  }

  std::string word(const YamlNode& node, const std::string& path, const std::vector<std::string>& known, const std::string& otherwise) {
    const std::optional<std::string> written = text(node, path);
    if (!written) return otherwise;
    if (std::find(known.begin(), known.end(), *written) != known.end()) return *written;
    complain(node.place, fmt::format("'{}' is not known for '{}'{}", *written, path, suggestion(*written, known)));
    return otherwise;
  }

  /// Whether a key of a workload may be set here.
  bool settable(const YamlEntry& entry) {
    const std::string& key = entry.key;
    if (const std::string why = kept_by_study(key); !why.empty()) {
      complain(entry.place, fmt::format("'{}' cannot be set here: {}", key, why));
      return false;
    }
    if (std::find(keys_.begin(), keys_.end(), key) != keys_.end() || key.rfind("device.set.", 0) == 0) return true;
    complain(entry.place, fmt::format("unknown key '{}' of a workload{}", key, key_hint(key)));
    return false;
  }

  std::string key_hint(const std::string& key) const {
    for (const std::string& known : keys_) {
      if (known.rfind(key + ".", 0) == 0 || key == "device.set")
        return fmt::format("; it is a group: write its keys with their paths, such as '{}'",
                           key == "device.set" ? "device.set.sigma_d2d" : known);
    }
    if (const std::string nearest = nearest_word(key, keys_); !nearest.empty()) return fmt::format("; did you mean '{}'?", nearest);
    for (const std::string& known : keys_) {
      if (split_path(known).back() == split_path(key).back()) return fmt::format("; did you mean '{}'?", known);
    }
    return "; 'swimsim list keys' names them all";
  }

  Override setting(const std::string& key, const YamlNode& value) {
    const std::string place = to_string({value.place, {}});
    const std::string where = place.substr(0, place.rfind(": "));
    file_.places[where] = value.place;
    return {key, one_line(value), where};
  }

  std::vector<Override> settings(const YamlNode& node, const std::string& path) {
    std::vector<Override> list;
    for (const YamlEntry& entry : node.entries) {
      if (!settable(entry) || entry.value.kind == YamlNode::Kind::refused) continue;
      if (entry.value.kind == YamlNode::Kind::empty)
        complain(entry.place, fmt::format("'{}' in '{}' has no value", entry.key, path));
      else
        list.push_back(setting(entry.key, entry.value));
    }
    return list;
  }

  void read_schema() {
    const YamlNode* node = root_.find("schema");
    if (node == nullptr)
      complain({text_.source, 0, 0}, fmt::format("key 'schema' is missing; this program reads '{}'", kStudySchema));
    else if (node->text != kStudySchema)
      complain(node->place, fmt::format("schema {} is not '{}'", describe(*node), kStudySchema));
  }

  void read_name() {
    const YamlNode* node = root_.find("name");
    if (node == nullptr) return;
    const std::optional<std::string> name = text(*node, "name");
    if (!name) return;
    const bool plain = name->find_first_of("/\n") == std::string::npos && name->front() != '.';
    if (plain)
      file_.name = *name;
    else
      complain(node->place, "'name' is also the name of a folder: no '/', no '.' in front");
  }

  void read_workload_node() {
    const YamlNode* node = root_.find("workload");
    if (node == nullptr)
      return complain({text_.source, 0, 0}, "key 'workload' is missing (a file, the name of a built-in workload, or its keys as a group)");
    if (node->kind == YamlNode::Kind::mapping || (node->kind == YamlNode::Kind::scalar && !node->text.empty()))
      file_.workload = node;
    else if (node->kind != YamlNode::Kind::refused)
      complain(node->place,
               fmt::format("'workload' wants a file, the name of a built-in workload or a group of keys, found {}", describe(*node)));
  }

  void read_grid() {
    const YamlNode* node = group(root_, "grid");
    if (node == nullptr) return;
    for (const YamlEntry& entry : node->entries) {
      if (!settable(entry)) continue;
      const YamlNode* values = list(entry.value, "grid." + entry.key);
      if (values == nullptr) continue;
      GridAxis axis{entry.key, {}};
      for (const YamlNode& item : values->items) add_value(axis, item);
      if (axis.values.size() == values->items.size()) file_.grid.push_back(std::move(axis));
    }
  }

  void add_value(GridAxis& axis, const YamlNode& item) {
    if (item.kind == YamlNode::Kind::empty) return complain(item.place, fmt::format("a value is missing in 'grid.{}'", axis.key));
    if (item.kind == YamlNode::Kind::refused) return;
    Override value = setting(axis.key, item);
    const auto same = [&value](const Override& other) { return other.value == value.value; };
    if (std::any_of(axis.values.begin(), axis.values.end(), same))
      complain(item.place, fmt::format("{} appears twice in 'grid.{}'", value.value, axis.key));
    axis.values.push_back(std::move(value));
  }

  void read_points() {
    const YamlNode* node = root_.find("points");
    if (node == nullptr || list(*node, "points") == nullptr) return;
    for (const YamlNode& item : node->items) {
      if (item.kind == YamlNode::Kind::refused) continue;
      if (item.kind != YamlNode::Kind::mapping) {
        complain(item.place, fmt::format("a point is {{name: NAME, set: {{KEY.PATH: VALUE}}}}, found {}", describe(item)));
        continue;
      }
      known_keys(item, "points", {"name", "set"});
      NamedPoint point;
      const YamlNode* name = item.find("name");
      if (name == nullptr)
        complain(item.place, "a point has no 'name'");
      else
        point.name = text(*name, "points.name").value_or("");
      for (const NamedPoint& other : file_.named) {
        if (!point.name.empty() && other.name == point.name) complain(name->place, fmt::format("two points are named '{}'", point.name));
      }
      if (const YamlNode* set = group(item, "set")) point.settings = settings(*set, "set");
      file_.named.push_back(std::move(point));
    }
  }

  void read_trials() {
    const YamlNode* node = group(root_, "trials");
    if (node == nullptr) return;
    known_keys(*node, "trials", {"at_least", "at_most", "look_at"});
    StudyTrials& trials = file_.trials;
    const YamlNode* at_least = node->find("at_least");
    const YamlNode* at_most = node->find("at_most");
    if (at_most != nullptr) {
      file_.says_at_most = true;
      trials.at_most = integer(*at_most, "trials.at_most", 1, kMostTrials).value_or(trials.at_most);
    }
    trials.at_least = std::min(trials.at_least, trials.at_most);
    if (at_least != nullptr) {
      const std::optional<int> least = integer(*at_least, "trials.at_least", 1, kMostTrials);
      if (least && *least > trials.at_most)
        complain(at_least->place, fmt::format("'trials.at_least' is {}, above 'trials.at_most', {}", *least, trials.at_most));
      else if (least)
        trials.at_least = *least;
    }
    if (const YamlNode* look_at = node->find("look_at")) read_look_at(*look_at);
  }

  void read_look_at(const YamlNode& node) {
    if (list(node, "trials.look_at") == nullptr) return;
    std::vector<int> looks;
    for (const YamlNode& item : node.items) {
      const std::optional<int> look = integer(item, "trials.look_at", 1, kMostTrials);
      if (!look) continue;
      if (!looks.empty() && *look <= looks.back())
        complain(item.place, fmt::format("'trials.look_at' must rise, but {} follows {}", *look, looks.back()));
      looks.push_back(*look);
    }
    file_.trials.look_at = looks;
  }

  void read_until() {
    const YamlNode* node = group(root_, "until");
    if (node == nullptr) return;
    known_keys(*node, "until", {"ci95_half_width", "of", "at"});
    StopRule rule;
    file_.until_place = node->place;
    const YamlNode* width = node->find("ci95_half_width");
    if (width == nullptr)
      complain(node->place, "key 'until.ci95_half_width' is missing: how narrow the 95 % interval of a mean must be");
    else
      rule.ci95_half_width = number(*width, "until.ci95_half_width", 1e-18, 1e6).value_or(0);
    if (const YamlNode* of = node->find("of")) rule.of = word(*of, "until.of", stop_rule_metrics(), rule.of);
    if (const YamlNode* at = group(*node, "at")) {
      known_keys(*at, "until.at", {"selector", "fraction"});
      if (const YamlNode* selector = at->find("selector")) rule.selector = text(*selector, "until.at.selector").value_or("");
      if (const YamlNode* fraction = at->find("fraction")) rule.fraction = number(*fraction, "until.at.fraction", 0, 1);
    }
    file_.until = rule;
  }

  /// A key has one place in a study: fixed, in the grid, or in the named points.
  void check_keys_once() {
    std::map<std::string, std::string> first;
    for (const Override& setting : file_.set) first[setting.path] = "set";
    for (const NamedPoint& point : file_.named) {
      for (const Override& setting : point.settings) once(setting, "points", first);
    }
    for (const GridAxis& axis : file_.grid) once(axis.values.front(), "grid", first);
  }

  void once(const Override& setting, const std::string& where, std::map<std::string, std::string>& first) {
    const auto [found, fresh] = first.emplace(setting.path, where);
    if (!fresh && found->second != where)
      complain(file_.places[setting.place], fmt::format("'{}' stands in '{}' and in '{}'", setting.path, found->second, where));
  }

  const YamlNode& root_;
  const WorkloadText& text_;
  std::vector<Diagnostic>& mistakes_;
  std::vector<std::string> keys_;
  StudyFile file_;
};

}  // namespace

StudyFile read_study_file(const YamlNode& root, const WorkloadText& text, const KnownWords& words, std::vector<Diagnostic>& mistakes) {
  return StudyReader(root, text, words, mistakes).read();
}

}  // namespace swimsim
